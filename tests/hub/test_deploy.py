"""What `deploy/` says agrees with what was measured, and with the rest of the repository."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import lstm_teach
from tests.benchmarks.classroom_table import LESSONS, MEASURED

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it along

REPO = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
DOCKERFILE = (REPO / "deploy" / "Dockerfile").read_text(encoding="utf-8")
LET_THROUGH = (REPO / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
VALUES = yaml.safe_load((REPO / "deploy" / "values.yaml").read_text(encoding="utf-8"))
STUDENT = VALUES["singleuser"]


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    """Give what a student takes, from the guide's table."""
    guide = (REPO / "docs" / "teaching.md").read_text(encoding="utf-8")
    _, _, rest = guide.partition("<!-- classroom:start -->\n")
    head, _, *lines = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in rest.partition("\n\n")[0].splitlines()
    )
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    row = [row for row in rows if int(row["students"]) <= MEASURED][-1]
    server, kernel = map(float, row["MiB a student: server, kernel"].split(", "))
    students, _ = map(float, row["cores: students, hub and proxy"].split(", "))
    return {"server": server, "kernel": kernel, "cores": students / int(row["students"])}


def mib(amount: str) -> float:
    """MiB of an amount as JupyterHub reads it: its M and G are powers of 1024."""
    return float(amount[:-1]) * {"M": 1, "G": 1024}[amount[-1]]


def test_memory_is_guaranteed_as_measured(measured: dict[str, float]) -> None:
    needed = measured["server"] + LESSONS * measured["kernel"]
    assert needed <= mib(STUDENT["memory"]["guarantee"]) <= 1.5 * needed


def test_memory_is_limited_beyond_what_a_whole_morning_takes(measured: dict[str, float]) -> None:
    morning = measured["server"] + 6 * measured["kernel"]
    assert morning <= mib(STUDENT["memory"]["limit"]) <= 2 * morning


def test_a_core_is_guaranteed_as_measured(measured: dict[str, float]) -> None:
    """Twice what moving sliders takes; a start and a training take what there is."""
    assert 2 * measured["cores"] <= STUDENT["cpu"]["guarantee"] <= 0.1
    assert STUDENT["cpu"]["limit"] >= 1


def test_the_image_is_this_version_for_that_hub() -> None:
    assert STUDENT["image"]["tag"] == lstm_teach.__version__
    packages = map(Requirement, PYPROJECT["project"]["optional-dependencies"]["test"])
    (tested,) = (package for package in packages if package.name == "jupyterhub")
    assert re.search(r"JUPYTERHUB_VERSION=(.+)", DOCKERFILE)[1] in tested.specifier


def test_the_image_gets_what_it_copies_and_what_a_wheel_is_made_of() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    for source in copied:
        assert (REPO / source).exists(), source
        assert f"!{source}" in LET_THROUGH, source
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    for source in (*wheel["packages"], *wheel["force-include"], *wheel["shared-data"]):
        assert source.split("/")[0] in copied, source


def test_the_image_gets_what_the_wheel_carries() -> None:
    pyproject = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    carried = re.findall(r'^"(\w+)(?:/\w+)?" = "', pyproject, re.MULTILINE)
    assert {"notebooks", "imgs", "jupyter"} <= set(carried)
    for folder in carried:
        assert f"COPY {folder} /src/{folder}\n" in DOCKERFILE


def test_the_home_is_kept() -> None:
    user = re.search(r"useradd .*--uid (\d+) --gid (\d+) (\w+)", DOCKERFILE)
    assert user.groups() == ("1000", "100", "jovyan"), "as Zero to JupyterHub runs it"
    assert STUDENT["storage"]["homeMountPath"] == "/home/jovyan"
    assert STUDENT["storage"].get("type", "dynamic") == "dynamic"
