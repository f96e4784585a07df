"""The layers of the package: each module imports only from the ones above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lstm_teach

PACKAGE = Path(lstm_teach.__file__).parent

#: From the top down; an import points only upwards. A private module has no place of its own:
#: what it imports counts as imported by whoever imports it.
LAYERS = [
    "_arrays",
    "_style",
    "parameters",
    "cell",
    "sequence",
    "variants",
    "conventions",
    "gradients",
    "learn",
    "reader",
    "examples",
    "diagram",
    "plots",
    "live",
    "explore",
    "check",
    "launch",
    "export",
]
MATHEMATICS = ["_arrays", *LAYERS[LAYERS.index("parameters") : LAYERS.index("diagram")]]
PICTURES = ["_style", "diagram", "plots"]
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")


def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def imports(module: str) -> tuple[set[str], set[str]]:
    """What a module imports, also inside its functions: modules of ours, and packages."""
    ours, packages = set(), set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}.py line {node.lineno}: write lstm_teach, not dots"
            names = [node.module]
            if node.module == "lstm_teach":
                names = [f"lstm_teach.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == "lstm_teach":
                ours.add(rest.partition(".")[0])
            else:
                packages.add(package)
    return ours, packages - sys.stdlib_module_names


def all_imports(module: str, seen: frozenset[str] = frozenset()) -> tuple[set[str], set[str]]:
    """The same, looking through private modules to what those import."""
    assert module not in seen, f"{module} imports itself, through {sorted(seen)}"
    ours, packages = imports(module)
    for private in ours - set(LAYERS):
        if private.startswith("_"):
            more = all_imports(private, seen | {module})
            ours, packages = (ours - {private}) | more[0], packages | more[1]
    return ours, packages


def test_every_public_module_has_its_place():
    assert {module for module in MODULES if not module.startswith("_")} <= set(LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_upwards(module: str):
    ours, _ = all_imports(module)
    above = LAYERS[: LAYERS.index(module)] if module in LAYERS else LAYERS
    assert ours <= set(above), f"{module} imports {ours - set(above)}, which is not above it"


@pytest.mark.parametrize("module", MODULES)
def test_packages_stay_in_their_layers(module: str):
    _, packages = all_imports(module)
    if module in MATHEMATICS:
        # conventions.load brings these in only when it reads such a file
        more = {"learn": {"tqdm"}, "conventions": {"safetensors", "onnx"}}.get(module, set())
        assert packages <= {"numpy"} | more
    if module == "launch":
        assert not packages, "it runs before anything is installed that it could miss"
    if module in PICTURES:
        assert not packages & {"ipywidgets", "IPython", "traitlets"}


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, lstm_teach; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    heavy = [
        "matplotlib",
        "ipywidgets",
        "IPython",
        "traitlets",
        "tqdm",
        "PIL",
        "onnx",
        "safetensors",
    ]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *heavy, "numpy"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["numpy"]


def test_what_the_package_offers_is_there():
    assert sorted(lstm_teach.__all__) == lstm_teach.__all__
    for name in lstm_teach.__all__:
        assert getattr(lstm_teach, name).__doc__
    assert (PACKAGE / "py.typed").exists()


# ---- docstrings and type hints -----------------------------------------------------------------


def definitions(module: str) -> list[tuple[str, ast.AST]]:
    """Every function, class and method of a module, with its dotted name."""
    found = []
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append((node.name, node))
        if isinstance(node, ast.ClassDef):
            inside = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            found += [(f"{node.name}.{n.name}", n) for n in inside]
    return found


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_has_a_docstring(module: str):
    assert ast.get_docstring(tree(module)), f"{module}.py says nothing about itself"
    for name, node in definitions(module):
        if not any(part.startswith("_") for part in name.split(".")):
            assert ast.get_docstring(node), f"{module}.{name} has no docstring"


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_has_full_type_hints(module: str):
    for name, node in definitions(module):
        last = name.split(".")[-1]
        if isinstance(node, ast.ClassDef) or (last.startswith("_") and not last.endswith("__")):
            continue
        assert node.returns, f"{module}.{name} does not say what it returns"
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        every += [a for a in (node.args.vararg, node.args.kwarg) if a]
        for argument in every:
            if argument.arg not in ("self", "cls"):
                assert argument.annotation, f"{module}.{name}: {argument.arg} has no type"
