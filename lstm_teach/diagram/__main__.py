"""`python -m lstm_teach.diagram imgs` writes every figure to a folder."""

from __future__ import annotations

import sys

from lstm_teach.diagram import figures, vocabulary

if __name__ == "__main__":
    vocabulary.write(figures(), *sys.argv[1:] or ["imgs"])
