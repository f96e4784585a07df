"""Notebook 13 in the browser alone: the tests of the one in JupyterLab that move it."""

from tests.browser.test_13 import *

del test_everybody_can_use_it
