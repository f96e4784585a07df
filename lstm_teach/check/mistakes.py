"""All exercises by name. Their right answers, and what students get wrong, are in `tables`.

A mistake is a name, one plain sentence, and the lines that are written in another way. `naming.py`
compares what a student's function gives with what these lines give; nothing looks at source code.
"""

from __future__ import annotations

from lstm_teach.check.answers_gates import GATE_EXERCISES
from lstm_teach.check.answers_learning import LEARNING_EXERCISES
from lstm_teach.check.answers_reading import READING_EXERCISES
from lstm_teach.check.answers_time import TIME_EXERCISES

EXERCISES = GATE_EXERCISES | TIME_EXERCISES | LEARNING_EXERCISES | READING_EXERCISES
