"""Notebook 00 in the browser alone: the tests of the one in JupyterLab that move it."""

from tests.browser.test_00 import *

del test_everybody_can_use_it
del test_the_map_has_every_notebook_under_its_title
