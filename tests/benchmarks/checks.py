"""How long a check takes, and how many wrong answers it can name.

    python -m tests.benchmarks.checks

Of each exercise: the time of the first check of a function with an unnamed mistake (every pair of
mistakes is computed then), that of the next one, and of wrong functions made from right ones by
changing one thing in their source how many get a name. No time is tested anywhere.
"""

from __future__ import annotations

import ast
import copy
import contextlib
import io
import signal
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from lstm_teach import Gate, Parameters, check, sigmoid, step
from lstm_teach.check.mistakes import EXERCISES
from lstm_teach.check.verdict import Verdict
