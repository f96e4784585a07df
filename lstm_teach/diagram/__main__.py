"""`python -m lstm_teach.diagram imgs` writes every figure to a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from lstm_teach.diagram.figures import figures


def main(folder: str = "imgs") -> None:
    """Write every figure to `folder`, byte for byte the same everywhere."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, picture in figures().items():
        # ASCII alone: some pages that hold a picture in their address take nothing else
        data = picture.encode("ascii", "xmlcharrefreplace")
        (Path(folder) / f"{name}.svg").write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
