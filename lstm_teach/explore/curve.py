"""A squashing function alone, for a text: a picture with its sentence, and nothing to move."""

from __future__ import annotations

from lstm_teach import plots
from lstm_teach._style import number
from lstm_teach.explore import words
from lstm_teach.explore.explorer import Explorer
from lstm_teach.plots.panels import SQUASHES


class Curve(Explorer):
    """σ or tanh alone, its curve and its values in words: `name` is "sigmoid" or "tanh".

    Raises `ValueError` for another name.
    """

    run_me = ""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._live = self._draw_once(plots.squash(name), [])
        self.view.still = self._live.still
        self.children = [self.view]
        self.remove_class("lstm-explorer")  # there is nothing to move
        function, _, low, _ = SQUASHES[name]
        left, middle, right = (number(float(function(z))) for z in (-2, 0, 2))
        of = {"name": name.replace("sigmoid", "σ"), "low": str(low).replace("-", "−")}
        self._say(words.say("curve", left=left, middle=middle, right=right, **of))
        self.view.layout.max_width = "620px"
