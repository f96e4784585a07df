// The Python of the lessons. It starts when this file is read: Pyodide, all packages from one archive, and the imports
// that every lesson begins with. A kernel asks for it as it would ask Pyodide itself. `build.py` fills in the blanks.
import { loadPyodide as load } from "$pyodide";

const LIBRARY = "/lib/python3.14/";

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`$${answer.url}: $${answer.status}`);
  return answer.arrayBuffer();
}

// In the archive: how long the index is, the index, and one file after the other; see precompile.py.
function unpack(pyodide, archive) {
  const unpacked = pyodide.runPython("import compression.zstd; compression.zstd.decompress")(new Uint8Array(archive));
  const buffer = unpacked.getBuffer("u8"), bytes = buffer.data;
  let at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  for (const [name, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)))) {
    const path = LIBRARY + name;
    pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile(path, bytes.subarray(at, (at += size)));
  }
  buffer.release();
  unpacked.destroy();
}

async function start() {
  const indexURL = new URL("./", new URL("$pyodide", import.meta.url)).href;
  const lockFileContents = { info: $info, packages: {} }; // no package is fetched on its own
  const archive = fetched("packages.zst");
  const pyodide = await load({ indexURL, lockFileContents });
  unpack(pyodide, await archive);
  pyodide.runPython("import importlib; importlib.invalidate_caches(); $imports");
  return pyodide;
}
const python = start();

export async function loadPyodide({ stdout, stderr }) {
  const pyodide = await python;
  pyodide.setStdout({ batched: stdout });
  pyodide.setStderr({ batched: stderr });
  return pyodide;
}
