"""Say where this repository lives, or that it lives nowhere yet.

    python tools/set_address.py somebody/lstm_teach               badges, links, metadata
    python tools/set_address.py somebody/lstm_teach --released    and the command that PyPI serves
    python tools/set_address.py --remove                          nothing names an address

An address stands in three places, each of which this script finds again: between two comments in
README.md, under `[project.urls]` in pyproject.toml, and in the last line of every notebook.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]

BADGES = """\
[![In the browser](https://img.shields.io/badge/open-in_the_browser-0b57a4)](https://{owner}.github.io/{name}/)
[![Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/{owner}/{name}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb)
[![nbgitpuller](https://img.shields.io/badge/nbgitpuller-to_your_JupyterHub-579aca)](https://nbgitpuller.readthedocs.io/en/latest/link.html?repo=https://github.com/{owner}/{name}&branch=main&urlpath=lab/tree/{name}/notebooks/00_start_here.ipynb)
"""
RELEASED = """
With [uv](https://docs.astral.sh/uv/), `uvx lstm-teach` copies the notebooks and opens them; with
pipx it is `pipx run lstm-teach`.
"""
IN_README = re.compile(r"(?<=<!-- address -->\n).*?(?=<!-- /address -->)", re.DOTALL)
URLS = """
[project.urls] # tools/set_address.py
Site = "https://{owner}.github.io/{name}/"
Source = "https://github.com/{owner}/{name}"
"""
IN_PYPROJECT = re.compile(r'\n\[project\.urls\][^\n]*\n(?:\w+ = "[^"]*"\n)*')
BEFORE = "\n[project.scripts]"  # the URLs stand in front of this
SHARE = (
    " · **To share:** [this lesson in a browser, nothing to install]"
    "(https://{owner}.github.io/{name}/lab/index.html?path=notebooks/{file})"
)
IN_NOTEBOOK = re.compile(r" · \*\*To share:\*\* \[[^]]*\]\([^)]*\)$")


def set_address(owner: str, name: str, root: Path = REPO, *, released: bool = False) -> None:
    """Put this address wherever one belongs, in place of what is there now."""
    remove_address(root)
    badges = (BADGES + RELEASED * released).format(owner=owner, name=name)
    change(root / "README.md", lambda text: IN_README.sub(lambda _: badges, text))
    urls = URLS.format(owner=owner, name=name)
    change(root / "pyproject.toml", lambda text: text.replace(BEFORE, urls + BEFORE, 1))
    for path in sorted(root.glob("notebooks/*.ipynb")):
        share = SHARE.format(owner=owner, name=name, file=path.name)
        change_last_line(path, lambda line, share=share: line + share)


def remove_address(root: Path = REPO) -> None:
    """Take every address away."""
    change(root / "README.md", lambda text: IN_README.sub("", text))
    change(root / "pyproject.toml", lambda text: IN_PYPROJECT.sub("", text))
    for path in sorted(root.glob("notebooks/*.ipynb")):
        change_last_line(path, lambda line: IN_NOTEBOOK.sub("", line))


def change(path: Path, how: Callable[[str], str]) -> None:
    """Write what `how` makes of a text file."""
    path.write_text(how(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def change_last_line(path: Path, how: Callable[[str], str]) -> None:
    """Write what `how` makes of the last line of a notebook's last cell; all else stays."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    lines = notebook["cells"][-1]["source"]
    lines[-1] = how(lines[-1])
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("repository", nargs="?", help="owner/name, as GitHub has it")
    parser.add_argument("--released", action="store_true", help="PyPI has this version")
    parser.add_argument("--remove", action="store_true", help="there is no address")
    asked = parser.parse_args()
    if asked.remove:
        return remove_address()
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", asked.repository or ""):
        parser.error(f"{asked.repository!r} is not owner/name")
    set_address(*asked.repository.split("/"), released=asked.released)
    return None


if __name__ == "__main__":
    main()
