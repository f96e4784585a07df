"""What students get wrong: for each exercise the known mistakes, as tables.

A mistake is a name, one plain sentence, and the formula it amounts to. `examine.py` compares
what a student's function gives with these formulas; nothing here looks at source code.
"""

from __future__ import annotations

from lstm_teach.check.mistakes_gates import GATE_EXERCISES
from lstm_teach.check.mistakes_imports import IMPORT_EXERCISES
from lstm_teach.check.mistakes_later import LATER_EXERCISES
from lstm_teach.check.mistakes_learning import LEARNING_EXERCISES
from lstm_teach.check.mistakes_memory import MEMORY_EXERCISES
from lstm_teach.check.mistakes_reading import READING_EXERCISES
from lstm_teach.check.mistakes_time import TIME_EXERCISES
from lstm_teach.check.mistakes_variants import VARIANT_EXERCISES

EXERCISES = {
    **GATE_EXERCISES,
    **MEMORY_EXERCISES,
    **TIME_EXERCISES,
    **VARIANT_EXERCISES,
    **LEARNING_EXERCISES,
    **IMPORT_EXERCISES,
    **READING_EXERCISES,
    **LATER_EXERCISES,
}
