// The Python of the lessons. It starts when this file is read: Pyodide, all packages from one archive, and the imports
// that every lesson begins with. A kernel asks for it as it would ask Pyodide itself. `build.py` fills in the blanks.
import { loadPyodide as load } from "$pyodide";

// How long the index is, the index, and one file after the other: see precompile.py.
const UNPACK = `
import importlib, io, json, os
from compression import zstd

def unpack(packed):
    with zstd.open(io.BytesIO(packed.to_memoryview())) as archive:
        index = json.loads(archive.read(int.from_bytes(archive.read(4), "little")))
        for name, size in index:
            path = "/lib/python3.14/" + name
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(archive.read(size))
    importlib.invalidate_caches()
unpack`;

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`$${answer.url}: $${answer.status}`);
  return answer.arrayBuffer();
}

async function start() {
  const indexURL = new URL("./", new URL("$pyodide", import.meta.url)).href;
  const lockFileContents = { info: $info, packages: {} }; // no package is fetched on its own
  const archive = fetched("packages.zst");
  const pyodide = await load({ indexURL, lockFileContents });
  const globals = pyodide.toPy({}); // a student's notebook begins with nothing in it
  pyodide.runPython(UNPACK, { globals })(new Uint8Array(await archive));
  pyodide.runPython("$imports", { globals });
  performance.mark("python"); // tests/benchmarks/site.py reads when that was
  return pyodide;
}
const python = start();

export async function loadPyodide({ stdout, stderr }) {
  const pyodide = await python;
  pyodide.setStdout({ batched: stdout });
  pyodide.setStderr({ batched: stderr });
  return pyodide;
}
