"""What students get wrong: for each exercise the known mistakes, as tables.

A mistake is a name, one plain sentence, and the lines that are written in another way. `naming.py`
compares what a student's function gives with what these lines give; nothing looks at source code.
"""

from __future__ import annotations

from lstm_teach.check.mistakes_gates import GATE_EXERCISES
from lstm_teach.check.mistakes_learning import LEARNING_EXERCISES
from lstm_teach.check.mistakes_memory import MEMORY_EXERCISES
from lstm_teach.check.mistakes_reading import READING_EXERCISES
from lstm_teach.check.mistakes_time import TIME_EXERCISES

EXERCISES = (
    GATE_EXERCISES | MEMORY_EXERCISES | TIME_EXERCISES | LEARNING_EXERCISES | READING_EXERCISES
)
