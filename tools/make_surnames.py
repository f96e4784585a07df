"""Make lstm_teach/data/surnames.json: surnames of six languages, for notebook 13.

    pip install faker && python tools/make_surnames.py

The names are those of Faker (https://github.com/joke2k/faker, MIT license), from its providers
`faker.providers.person.<locale>`. Here they are in lower case, with accents folded to a-z; names of
3 to 12 letters stay, as many of each language, and none that two of the languages share.
"""

from __future__ import annotations

import json
from collections import Counter
from importlib import import_module, metadata
from itertools import chain
from pathlib import Path

import numpy as np

from lstm_teach.examples import fold_accents

HERE = Path(__file__).resolve().parent
MADE = HERE.parent / "lstm_teach" / "data" / "surnames.json"
LOCALES = {
    "German": "de_DE",
    "French": "fr_FR",
    "Italian": "it_IT",
    "Finnish": "fi_FI",
    "Spanish": "es_ES",
    "Dutch": "nl_NL",
}


def fits(name: str) -> bool:
    return 3 <= len(name) <= 12 and name.isascii() and name.isalpha()


def main() -> None:
    every: dict[str, list[str]] = {}
    for language, locale in LOCALES.items():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        every[language] = sorted(filter(fits, {fold_accents(name) for name in provider.last_names}))
    shared = {name for name, n in Counter(chain.from_iterable(every.values())).items() if n > 1}
    own = {language: [n for n in names if n not in shared] for language, names in every.items()}
    count = min(map(len, own.values()))
    rng = np.random.default_rng(0)
    drawn = {k: rng.choice(names, count, replace=False).tolist() for k, names in own.items()}
    source = f"Faker {metadata.version('faker')}, MIT license; tools/make_surnames.py"
    text = {"source": source, "names": {k: " ".join(sorted(names)) for k, names in drawn.items()}}
    MADE.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    print(f"{count} names of each of {len(drawn)} languages, {MADE.stat().st_size / 1000:.0f} KB")
    print({k: len(v) for k, v in own.items()}, len(shared), "shared")


if __name__ == "__main__":
    main()
