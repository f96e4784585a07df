"""Notebook 07 in the browser alone: the tests of the one in JupyterLab that move it."""

from tests.browser.test_07 import *

del test_everybody_can_use_it
del test_the_lamp_is_wired_as_the_folded_solution_says
del test_the_counter_of_part_5_can_be_wired_by_the_sliders_of_02_03_and_05
