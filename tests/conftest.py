"""What all tests share: a font cache that exists before anybody looks at stderr, and no clock."""

from __future__ import annotations

import os

import matplotlib
import matplotlib.font_manager  # in an empty home this says "building the font cache" to stderr,
from hypothesis import settings  # so let it happen here, once, and not in some notebook's cell

# As lstm_teach/jupyter/ has it for a student's kernel; nbval's kernels get it from here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
matplotlib.use("agg")  # a test never opens a window
# A busy machine is no failure, so there is no deadline.
settings.register_profile("quick", deadline=None)
settings.register_profile("long", deadline=None, max_examples=3000)  # --hypothesis-profile=long
settings.load_profile("quick")
