"""A live challenge of notebook 08: a forget gate that carries far, and is cut by the bell."""

from __future__ import annotations

from lstm_teach._style import number, small
from lstm_teach.cell import sigmoid
from lstm_teach.check.verdict import MARKS, below
from lstm_teach.explore.gradients import Gradients
from lstm_teach.explore.page import Page, with_picture

MOMENTS, WANTED, CUT = 50, 0.5, 0.01
GOAL = (
    f"Of a nudge, at least {WANTED:g} must arrive after {MOMENTS} quiet moments, and a bell must "
    f"let less than {CUT:g} of it through."
)


class LongMemory(Page):
    """Set the forget gate's bias and its weight of the bell; made by `wire_long_memory`.

    Attributes
    ----------
    explorer : Gradients
        The sliders and the picture.
    controls : dict of str to widget
        Those of the explorer.
    passed : bool or None
        Whether the gate does what it should; None as long as nothing has been moved.
    description : str
        The verdict, in a sentence or two.
    """

    def __init__(self) -> None:
        super().__init__()
        self.explorer = Gradients(forget_bias=0.0, bell=0.0)
        self.controls = self.explorer.controls
        self.children = [self.explorer]
        self.explorer.observe(lambda _: self._judge(), "flow")
        self._judge()

    def _judge(self) -> None:
        bias, bell = self.controls["forget bias"].value, self.controls["bell's weight"].value
        arrives, through = float(sigmoid(bias)) ** MOMENTS, float(sigmoid(bias + bell))
        self.passed = (arrives >= WANTED and through < CUT) if bias or bell else None
        said = (
            f"{small(arrives)} arrives after {MOMENTS} quiet moments, and a bell lets "
            f"{through:.3f} through."
        )
        if self.passed is None:
            said = f"{GOAL} Move the sliders of the forget bias and of the bell's weight."
        elif arrives < WANTED:
            said += (
                f" The gate of a quiet moment is {number(float(sigmoid(bias)))}: open it further."
            )
        elif not self.passed:
            said += f" The bell must beat the bias, and {number(bell)} does not."
        self.description = f"{MARKS[self.passed]} {said}"
        self.explorer.view.verdict = below(self.passed, self.description)

    def _saved(self) -> tuple[dict[str, object], dict[str, object]]:
        return with_picture(lambda: self.explorer.picture(self.description), self.description)


def wire_long_memory() -> LongMemory:
    """Set the forget gate so that a gradient comes far through silence, and not past the bell."""
    return LongMemory()
