"""Pictures of a Step and of a whole sequence on matplotlib axes, and how they move quickly."""

from lstm_teach.plots.live import LiveFigure
from lstm_teach.plots.panels import squash
from lstm_teach.plots.picture import STEP_PANELS, Picture, picture
from lstm_teach.plots.timeline import Timeline, limits

__all__ = ["STEP_PANELS", "LiveFigure", "Picture", "Timeline", "limits", "picture", "squash"]
