"""The forget gate, for Otter."""

from otter.test_files import test_case

from lstm_teach import check

OK_FORMAT = False
name = "forget_gate"
points = 2


@test_case()
def test_forget_gate(my_forget_gate):
    verdict = check.forget_gate(my_forget_gate)
    assert verdict.passed, verdict
