"""Notebook 07 in the browser alone: the tests of the one in JupyterLab, once more."""

from tests.browser.test_07 import *
