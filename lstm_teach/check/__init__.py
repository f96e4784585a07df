"""Predict, then see; wirings that are judged as they change; exercises that name the mistake."""

from lstm_teach.check import exercises, wiring
from lstm_teach.check.exercises import *  # noqa: F403 - what its __all__ lists
from lstm_teach.check.number import number
from lstm_teach.check.predictions import Prediction, predict
from lstm_teach.check.setup import Setup, setup
from lstm_teach.check.verdict import Verdict
from lstm_teach.check.wiring import *  # noqa: F403

__all__ = ["Prediction", "Setup", "Verdict", "number", "predict", "setup"]
__all__ += exercises.__all__
__all__ += wiring.__all__
