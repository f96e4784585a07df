"""Run a command while every core has something else to do: no test may notice.

python tests/busy.py .venv/bin/pytest --everything
"""

from __future__ import annotations

import os
import subprocess
import sys

SPIN = "while True: pass"


def main(command: list[str]) -> int:
    """Give what the command gives; the others end with it."""
    cores = os.cpu_count() or 1
    others = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(cores)]
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        for other in others:
            other.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
