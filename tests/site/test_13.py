"""Notebook 13 in the browser alone: the tests of the one in JupyterLab, once more."""

from tests.browser.test_13 import *
