"""Replace source by bytecode in the wheels and the standard library of /packages.

`precompile.mjs` runs this in Pyodide. Our own package keeps its source beside the bytecode: a
student may read it. A file that does not compile stays as it is.
"""

import py_compile
import sys
import zipfile
from pathlib import Path

KEEPS_ITS_SOURCE = "lstm_teach/"
#: What nobody here opens: the notebooks for `lstm-teach` (the site has them already), data for
#: matplotlib's own examples, fonts for PDF, serifs and bold code, its toolbar, JavaScript for
#: servers, what completion knows of other packages, Fortran.
LEFT_OUT = (
    "lstm_teach/collection/",
    "matplotlib/mpl-data/sample_data/",
    "matplotlib/mpl-data/fonts/afm/",
    "matplotlib/mpl-data/fonts/pdfcorefonts/",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSerif",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSansMono-",
    "matplotlib/mpl-data/images/",
    ".data/data/share/jupyter/",
    "anywidget/nbextension/",
    "jedi/third_party/django-stubs/",
    "jedi/third_party/typeshed/third_party/",
    "numpy/f2py/",
)
BYTECODE = Path("/tmp/bytecode.pyc")


def compiled(name: str, source: bytes) -> bytes | None:
    """Bytecode that is valid whatever the source's date is."""
    path = Path("/tmp/source.py")
    path.write_bytes(source)
    try:
        py_compile.compile(
            str(path),
            str(BYTECODE),
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except (py_compile.PyCompileError, ValueError):
        return None
    return BYTECODE.read_bytes()


def precompile(archive: Path, root: str) -> None:
    """Write the archive again, with bytecode."""
    with zipfile.ZipFile(archive) as old:
        names = [info.filename for info in old.infolist() if not info.is_dir()]
        files = {n: old.read(n) for n in names if not any(part in n for part in LEFT_OUT)}
    new, renamed = {}, {}
    for name, content in files.items():
        code = compiled(root + name, content) if name.endswith(".py") else None
        if code is None or name.startswith(KEEPS_ITS_SOURCE):
            new[name] = content
        if code is not None and name.startswith(KEEPS_ITS_SOURCE):
            folder, _, file = name.rpartition("/")
            tag = sys.implementation.cache_tag
            new[f"{folder}/__pycache__/{file.removesuffix('.py')}.{tag}.pyc"] = code
        elif code is not None:
            renamed[name] = f"{name}c"
            new[f"{name}c"] = code
    for name in [name for name in new if name.endswith(".dist-info/RECORD")]:
        lines = new[name].decode().splitlines()
        new[name] = "\n".join(record(line, renamed) for line in lines).encode()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, content in new.items():
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def record(line: str, renamed: dict[str, str]) -> str:
    """Name the bytecode in the wheel's list of files."""
    name = line.split(",")[0]
    return f"{renamed[name]},," if name in renamed else line


for wheel in sorted(Path("/packages").glob("*.whl")):
    precompile(wheel, "/lib/python3.14/site-packages/")
precompile(Path("/packages/python_stdlib.zip"), "/lib/python314.zip/")
