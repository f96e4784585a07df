"""The update of the memory, for Otter."""

from otter.test_files import test_case

from lstm_teach import check

OK_FORMAT = False
name = "update_cell"
points = 1


@test_case()
def test_update_cell(my_update_cell):
    verdict = check.update_cell(my_update_cell)
    assert verdict.passed, verdict
