"""The package does not get heavier; tests/benchmarks/weight.py has the bounds."""

from __future__ import annotations

from tests.benchmarks import weight


def test_only_what_holds_code_is_counted() -> None:
    source = '"""A docstring\n\nof three lines."""\n\n# a comment\nx = 1  # code\ny = (\n    2\n)\n'
    assert weight.python_lines(source) == 4
    assert weight.python_lines('def f():\n    """Say."""\n    return """two\nlines"""\n') == 3
    assert weight.javascript_lines("// words\n\nlet x = 1; // code\n/* more\n * words */\n") == 1


def test_no_part_is_heavier_than_it_may_be() -> None:
    most = weight.WANTED | weight.MOST
    assert {name: n for name, n in weight.weigh().items() if n > most.get(name, n)} == {}


def test_no_file_is_longer_than_wanted() -> None:
    for name, wanted in weight.WHOLE_LINES.items():
        lines = (weight.REPO / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= wanted, name


def test_the_top_of_the_package_fits_on_a_page() -> None:
    files = [path for path in weight.PACKAGE.glob("*.py") if not path.name.startswith("__")]
    assert len(files) <= weight.FILES_AT_THE_TOP, files
