"""What has to be said in two places is the same in both."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import lstm_teach

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it along

REPO = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
README = (REPO / "README.md").read_text(encoding="utf-8")

RUN = (
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt "
    "&& .venv/bin/jupyter lab notebooks/00_start_here.ipynb"
)
TEST = (
    "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -e '.[test]' "
    "&& .venv/bin/pytest"
)


def bounds(lines: list[str]) -> dict[str, SpecifierSet]:
    requirements = [Requirement(line) for line in lines]
    return {requirement.name: requirement.specifier for requirement in requirements}


def requirements_txt() -> list[str]:
    text = (REPO / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def environment_yml() -> list[str]:
    """All entries, those of `pip:` included; there is not enough in it to need a YAML parser."""
    text = (REPO / "environment.yml").read_text(encoding="utf-8")
    _, _, dependencies = text.partition("dependencies:\n")
    return re.findall(r"^ +- (.+?)(?<!:)$", dependencies, re.MULTILINE)


# ---- the lists of packages ---------------------------------------------------------------------


def test_requirements_and_environment_are_the_same() -> None:
    ours = "-e ."
    pip, conda = requirements_txt(), environment_yml()
    assert ours in pip
    assert ours in conda
    pip.remove(ours)
    for entry in (ours, "pip", f"python{PYPROJECT['project']['requires-python']}"):
        conda.remove(entry)
    assert bounds(pip) == bounds(conda)


def test_requirements_agree_with_the_package() -> None:
    listed = bounds(requirements_txt()[:-1])
    needed = bounds(PYPROJECT["project"]["dependencies"])
    assert needed.items() <= listed.items()
    extra = bounds(PYPROJECT["project"]["optional-dependencies"]["test"])
    for name in listed.keys() & extra.keys():
        assert listed[name] == extra[name], name


def test_what_reads_files_is_tested() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    assert bounds(extras["import"]).items() <= bounds(extras["test"]).items()


def test_every_package_is_bounded_on_both_sides() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    for lines in (PYPROJECT["project"]["dependencies"], *extras, requirements_txt()[:-1]):
        for line in lines:
            operators = {specifier.operator for specifier in Requirement(line).specifier}
            assert operators == {">=", "<"}, line


def test_version_is_the_same_everywhere() -> None:
    assert PYPROJECT["project"]["version"] == lstm_teach.__version__
    assert metadata.version("lstm_teach") == lstm_teach.__version__


def test_version_is_the_same_in_the_citation() -> None:
    citation = (REPO / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", citation, re.MULTILINE)[1] == lstm_teach.__version__


def test_the_site_gets_the_javascript_of_the_widgets_that_we_need() -> None:
    needed = bounds(PYPROJECT["project"]["dependencies"])
    site = bounds(PYPROJECT["project"]["optional-dependencies"]["site"])
    assert site["ipywidgets"] == needed["ipywidgets"]
    assert site["anywidget"] == needed["anywidget"]


def test_types_are_shipped() -> None:
    assert (REPO / "lstm_teach" / "py.typed").is_file()


# ---- README ------------------------------------------------------------------------------------


def test_readme_has_exactly_the_two_commands() -> None:
    shell = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)
    assert shell == [RUN, TEST]


def test_readme_has_their_windows_form() -> None:
    powershell = re.findall(r"```powershell\n(.*?)\n```", README, re.DOTALL)

    def windows(command: str) -> str:
        command = command.replace("python3", "py").replace(" && ", "; ")
        return command.replace(".venv/bin/", ".venv\\Scripts\\").replace(
            "notebooks/", "notebooks\\"
        )

    assert powershell == [windows(RUN), windows(TEST)]


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 130


def test_readme_s_python_gives_the_numbers_beside_it() -> None:
    """A line that ends in `# value: words` or `# value` has this value."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    *lines, last = code.strip().splitlines()
    exec("\n".join(lines), names)
    expression, _, comment = last.partition("  # ")
    assert repr(eval(expression, names)) == comment.partition(": ")[0]


def test_ci_runs_the_readme_command() -> None:
    """It greps the line out of the README; this is that pattern."""
    script = (REPO / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"grep -x '(.+)' README\.md", script)
    assert pattern
    lines = README.splitlines()
    assert [line for line in lines if re.fullmatch(pattern[1], line)] == [TEST]


def test_github_runs_the_readme_commands() -> None:
    """It greps them out of the README, with these patterns, and runs all but the last part."""
    workflow = (REPO / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    lines = README.splitlines()
    unix = re.search(r"grep -x '(.+)' README\.md", workflow)[1]
    assert [line for line in lines if re.fullmatch(unix, line)] == [TEST]
    windows = re.search(r"-Pattern '(.+)'", workflow)[1]
    (line,) = [line for line in lines if re.search(windows, line)]
    assert line.rpartition(";")[2].strip() == ".venv\\Scripts\\pytest"


def test_readme_maps_the_notebooks() -> None:
    _, _, rest = README.partition("## The lessons\n")
    section, _, _ = rest.partition("\n## ")
    mapped = re.findall(r"^\| \[(\w+)\]\(notebooks/(\w+)\.ipynb\)", section, re.MULTILINE)
    assert all(title == file for title, file in mapped)
    files = sorted(path.stem for path in (REPO / "notebooks").glob("*.ipynb"))
    assert [file for _, file in mapped] == files


PAGES = sorted(
    path
    for path in REPO.rglob("*.md")
    if not any(
        part.startswith(".") or part in ("build", "dist", "pages") for part in path.parts[:-1]
    )
)


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_and_pictures_of_every_page_exist() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for alt, target in re.findall(r"!?\[([^\]]*)\]\(([^)]+)\)", text):
            if not re.match("https?:", target):
                file, _, anchor = target.partition("#")
                there = page.parent / file if file else page
                assert there.exists(), f"{page}: {alt}: {target}"
                heads = anchors(there.read_text(encoding="utf-8")) if anchor else {anchor}
                assert anchor in heads, f"{page}: {target}"


def test_files_that_a_page_names_exist() -> None:
    """In code spans, from the top of the repository or from the page's own folder."""
    tops = "|".join(sorted(path.name for path in REPO.iterdir() if path.is_dir()))
    for page in PAGES:
        for name in re.findall(rf"`((?:{tops})/[\w./*-]*)`", page.read_text(encoding="utf-8")):
            if not name.startswith((".venv", "build/", "dist/", "pages/")):
                assert any(REPO.glob(name)) or any(page.parent.glob(name)), f"{page}: {name}"


def test_readme_says_of_every_front_end_where_it_is_tested() -> None:
    """A link to tests (that it exists, is tested above), or the words that there are none."""
    _, _, rest = README.partition("## Where it works\n")
    head, _, *rows = rest.strip().partition("\n\n")[0].splitlines()
    assert len(rows) >= 8
    for row in rows:
        assert row.count("|") == head.count("|"), row
        assert re.search(r"\| (not run here|\[[^\]]+\]\(tests/\S+\).*) \|$", row), row


# ---- Jupyter's settings ------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["etc", "share"])
def test_jupyter_settings_are_installed(part: str) -> None:
    """Jupyter reads the copy in the environment; `pip install -e .` refreshes it."""
    ours = REPO / "jupyter" / part
    for path in ours.rglob("*"):
        if path.suffix in (".py", ".json", ".j2"):
            installed = Path(sys.prefix, part, "jupyter", path.relative_to(ours))
            assert installed.read_text() == path.read_text(), "run pip install -e ."
