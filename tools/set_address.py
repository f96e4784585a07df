"""Say where this repository lives: once, for all that links to it.

    python tools/set_address.py somebody/lstm_teach

README's badges, the links at the notebooks' ends and the package's metadata name the repository
on GitHub and its website there. Until somebody says whose it is, they say OWNER.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]


def files(root: Path = REPO) -> list[Path]:
    """Everything that names the address."""
    return [root / "pyproject.toml", root / "README.md", *sorted(root.glob("notebooks/*.ipynb"))]


def address(root: Path = REPO) -> tuple[str, str]:
    """Owner and name as they stand now; pyproject.toml is asked."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^Source = "https://github\.com/([\w.-]+)/([\w.-]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("pyproject.toml has no line Source with an address on GitHub")
    return found[1], found[2]


def set_address(owner: str, name: str, root: Path = REPO) -> int:
    """Put the new address in place of the old one; gives how many files that changed."""
    old_owner, old_name = address(root)
    changes = (
        (f"{old_owner}.github.io/{old_name}/", f"{owner}.github.io/{name}/"),
        (f"github.com/{old_owner}/{old_name}", f"github.com/{owner}/{name}"),
        (f"gh/{old_owner}/{old_name}/", f"gh/{owner}/{name}/"),
        (f"lab/tree/{old_name}/", f"lab/tree/{name}/"),
    )
    changed = 0
    for path in files(root):
        text = new = path.read_text(encoding="utf-8")
        for old, fresh in changes:
            new = new.replace(old, fresh)
        if new != text:
            path.write_text(new, encoding="utf-8", newline="\n")
            changed += 1
    return changed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("repository", help="owner/name, as GitHub has it")
    repository = parser.parse_args().repository
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        parser.error(f"{repository!r} is not owner/name")
    owner, name = repository.split("/")
    print(f"{set_address(owner, name)} files now name {repository}")


if __name__ == "__main__":
    main()
