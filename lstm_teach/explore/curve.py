"""A squashing function alone, for a text: a picture with its sentence, and nothing to move."""

from __future__ import annotations

from lstm_teach import plots
from lstm_teach._style import number
from lstm_teach.explore.explorer import Explorer
from lstm_teach.plots.panels import SQUASHES


class Curve(Explorer):
    """The curve of σ or tanh, and its values in words."""

    run_me = ""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._take(self._draw_once(plots.squash(name), []))
        self.children = [self.view]
        self.remove_class("lstm-explorer")  # there is nothing to move
        function, _, low, _ = SQUASHES[name]
        at = {z: f"{number(float(function(z)))} at {number(z)}" for z in (-2.0, 0.0, 2.0)}
        said = (
            f"The curve of {name.replace('sigmoid', 'σ')}: {at[-2]}, {at[0]} and {at[2]}. Far to "
        )
        said += f"the left it comes near {low}, far to the right near 1."
        self._say(said.replace("-", "−"))
        self.view.layout.max_width = "620px"


def curve(name: str) -> Curve:
    """Show σ or tanh alone: `name` is "sigmoid" or "tanh". Raises `ValueError` for another name."""
    return Curve(name)
