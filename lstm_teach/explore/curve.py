"""A squashing function alone, for a text: a picture with its sentence, and nothing to move."""

from __future__ import annotations

from lstm_teach import plots
from lstm_teach._style import number
from lstm_teach.explore.plotted import Plotted
from lstm_teach.plots.curves import SQUASHES

SIGNS = {"sigmoid": "σ", "tanh": "tanh"}


class Curve(Plotted):
    """The curve of σ or tanh, and its values in words."""

    def __init__(self, name: str) -> None:
        super().__init__([], plots.squash(name), [])
        self.remove_class("lstm-explorer")  # there is nothing to move
        function, _, low, _ = SQUASHES[name]
        values = (f"{number(float(function(z)))} at {number(z)}" for z in (-2.0, 0.0, 2.0))
        left, middle, right = values
        self.view.layout.max_width = "620px"
        self.view.show(
            **self._say(
                f"The curve of {SIGNS[name]}: {left}, {middle} and {right}. Far to the left it "
                f"comes near {low}, far to the right near 1.".replace("-", "−")
            )
        )

    def picture(self, said: str) -> bytes:
        """The curve as a PNG, with its sentence below it."""
        return self._live.png(said)


def curve(name: str) -> Curve:
    """Show σ or tanh alone: `name` is "sigmoid" or "tanh". Raises `ValueError` for another name."""
    return Curve(name)
