"""Put into one file, as bytecode, the wheels of /packages and most of the standard library.

`precompile.mjs` runs this in Pyodide. Our own package keeps its source beside the bytecode: a
student may read it. A file that does not compile stays as it is.
"""

import fnmatch
import json
import py_compile
import sys
import zipfile
from pathlib import Path

import compression.zstd  # noqa: F401 (python.mjs unpacks with it)

KEEPS_ITS_SOURCE = "lstm_teach/"
PACKAGES = Path("/packages")
LIBRARY, ZIP = "/lib/python3.14/", Path("/lib/python314.zip")
BYTECODE = Path("/tmp/bytecode.pyc")


def compiled(path: str, source: bytes) -> bytes | None:
    """Bytecode that is valid whatever the source's date is."""
    here = Path("/tmp/source.py")
    here.write_bytes(source)
    try:
        py_compile.compile(
            str(here),
            str(BYTECODE),
            dfile=path,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except (py_compile.PyCompileError, ValueError):
        return None
    return BYTECODE.read_bytes()


def precompiled(root: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files, with bytecode in place of source; `root` is the folder where they will lie."""
    new = {}
    for name, content in files.items():
        code = compiled(root + name, content) if name.endswith(".py") else None
        if code is None or name.startswith(KEEPS_ITS_SOURCE):
            new[name] = content
        if code is not None and name.startswith(KEEPS_ITS_SOURCE):
            folder, _, file = name.rpartition("/")
            tag = sys.implementation.cache_tag
            new[f"{folder}/__pycache__/{file.removesuffix('.py')}.{tag}.pyc"] = code
        elif code is not None:
            new[f"{name}c"] = code
    return new


def read(archive: Path, prefix: str = "") -> dict[str, bytes]:
    """The files of an archive that are not left out."""
    with zipfile.ZipFile(archive) as opened:
        names = [info.filename for info in opened.infolist() if not info.is_dir()]
        return {name: opened.read(name) for name in names if not left_out(prefix + name)}


PATTERNS = [line for line in LEFT_OUT.splitlines() if line and not line.startswith("#")]  # noqa: F821
unmatched = set(PATTERNS)


def left_out(path: str) -> bool:
    """Whether the last pattern that matches says so; which ones match is remembered."""
    matched = [line for line in PATTERNS if fnmatch.fnmatchcase(path, line.removeprefix("!"))]
    unmatched.difference_update(matched)
    return bool(matched) and not matched[-1].startswith("!")


archive: dict[str, bytes] = {}
for wheel in sorted(PACKAGES.glob("*.whl")):
    inside = precompiled(f"{LIBRARY}site-packages/", read(wheel))
    archive |= {f"site-packages/{name}": content for name, content in inside.items()}

# What Python has loaded when it can unpack stays in a file of its own; the rest is unpacked.
loaded = {Path(getattr(module, "__file__", None) or "") for module in sys.modules.values()}
at_once = {path.relative_to(ZIP).parts[0] for path in loaded if path.is_relative_to(ZIP)}
zipped = PACKAGES / "python_stdlib.zip"
library = read(zipped, "lib/")
first = {name: library[name] for name in library if name.split("/")[0] in at_once}
later = {name: library[name] for name in library if name not in first}
archive |= precompiled(LIBRARY, later)
with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
    for name, content in precompiled(f"{ZIP}/", first).items():
        out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
if unmatched:
    raise SystemExit(f"left_out.txt: nothing matches {', '.join(sorted(unmatched))}")

# First how long the index is, in four bytes; then the index; then one file after the other. What
# is alike lies together.
order = sorted(archive, key=lambda name: (name.rpartition(".")[2], name))
index = json.dumps([[name, len(archive[name])] for name in order]).encode()
with (PACKAGES / "packages").open("wb") as out:
    out.write(len(index).to_bytes(4, "little") + index)
    out.writelines(archive[name] for name in order)
