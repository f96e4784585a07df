"""One drawing of the cell, highlighted anew for every purpose; live, with the numbers on its wires.

`cell` draws it, `figures` makes all the pictures of `imgs/`, and

    python -m lstm_teach.diagram imgs

writes them.
"""

from lstm_teach.diagram.cell import FOCUS, cell, computed
from lstm_teach.diagram.figures import figures
from lstm_teach.diagram.variants import gru, rnn, variant

__all__ = ["FOCUS", "cell", "computed", "figures", "gru", "rnn", "variant"]
