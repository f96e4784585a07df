"""The layers of the package: each module imports only from the ones above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import lstm_teach

PACKAGE = Path(lstm_teach.__file__).parent

#: From the top down; an import points only upwards. A wing is one layer: what its files import from
#: each other makes no circle, and no more is asked of them.
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
    "explore",
    "check",
    "launch",
    "export",
    "jupyter",
    "__main__",
]
MATHEMATICS = set(LAYERS[: LAYERS.index("diagram")]) - {"_style"}
#: What a layer may import beside NumPy, the standard library and each other.
MORE = {"learn": {"tqdm"}, "conventions": {"safetensors", "onnx"}}  # when they are needed
WITHOUT_WIDGETS = {"_style", "diagram", "plots"}


def dotted(path: Path) -> str:
    """The name of a module within lstm_teach: "cell", "explore.words"; "" for the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {
    dotted(path): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def layer(module: str) -> str:
    """The layer of a module: its wing, or itself."""
    return module.partition(".")[0]


def imports(module: str) -> tuple[set[str], set[str]]:
    """What a module imports, also inside its functions: modules of ours, and packages."""
    ours, packages = set(), set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} line {node.lineno}: write lstm_teach, not dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package != "lstm_teach":
                packages.add(package)
                continue
            while rest not in MODULES:  # a function of a module, or of the package
                rest = rest.rpartition(".")[0]
            ours.add(rest)
    return ours, packages - sys.stdlib_module_names


def test_all_modules_are_looked_at():
    """A wing that is not found would pass every test below."""
    assert {"", "cell", "explore", "explore.words", "check.tasks"} <= set(MODULES)
    assert sum(1 for _ in PACKAGE.rglob("*.py")) == len(MODULES)


def test_every_layer_is_there_and_every_module_is_in_one():
    assert {layer(module) for module in MODULES} - {""} == set(LAYERS)


def test_imports_point_upwards():
    for module in MODULES:
        own = layer(module)
        above = LAYERS[: LAYERS.index(own)] if own else LAYERS
        for name in imports(module)[0] - {""}:
            allowed = layer(name) == own != "" or layer(name) in above
            assert allowed, f"{module} imports {name}, which is not above it"


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: imports(module)[0] - {"", module} for module in MODULES if module}
    TopologicalSorter(graph).prepare()  # raises and names the circle


def test_packages_stay_in_their_layers():
    for module in MODULES:
        packages, own = imports(module)[1], layer(module)
        if own in MATHEMATICS or not own:
            assert packages <= {"numpy"} | MORE.get(own, set()), module
        if own == "launch":
            assert not packages, "it runs before anything is installed that it could miss"
        if own in WITHOUT_WIDGETS:
            assert not packages & {"ipywidgets", "IPython", "traitlets", "anywidget"}, module


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

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(body: list[ast.stmt], before: str = "") -> list[tuple[str, Definition]]:
    """Every function, class and method of a module, with its dotted name."""
    found = []
    for node in body:
        if isinstance(node, Definition):
            found.append((before + node.name, node))
        if isinstance(node, ast.ClassDef):
            found += definitions(node.body, f"{before}{node.name}.")
    return found


def test_everything_public_has_a_docstring():
    silent = [module for module, tree in MODULES.items() if not ast.get_docstring(tree)]
    for module, tree in MODULES.items():
        for name, node in definitions(tree.body):
            public = not any(part.startswith("_") for part in name.split("."))
            if public and not ast.get_docstring(node):
                silent.append(f"{module}.{name}")
    assert silent == []


def test_everything_public_has_full_type_hints():
    for module, tree in MODULES.items():
        for name, node in definitions(tree.body):
            last = name.split(".")[-1]
            private = last.startswith("_") and not last.endswith("__")
            if isinstance(node, ast.ClassDef) or private:
                continue
            assert node.returns, f"{module}.{name} does not say what it returns"
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            every += [a for a in (node.args.vararg, node.args.kwarg) if a]
            for argument in every:
                if argument.arg not in ("self", "cls"):
                    assert argument.annotation, f"{module}.{name}: {argument.arg} has no type"
