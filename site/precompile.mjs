// Make one archive of all packages, with bytecode in place of source: node site/precompile.mjs FOLDER ARCHIVE
// In Pyodide itself, because bytecode is good for one version of Python only.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { constants, zstdCompressSync } from "node:zlib";

const [, , folder, archive] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: `${folder}/` });
pyodide.mountNodeFS("/packages", folder);
pyodide.globals.set("LEFT_OUT", readFileSync(new URL("left_out.txt", import.meta.url), "utf8"));
try {
  pyodide.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
} catch (error) {
  console.error(error.message); // Node would show the line of Pyodide's source, which is all of it
  process.exit(1);
}
const params = { [constants.ZSTD_c_compressionLevel]: 19 };
writeFileSync(archive, zstdCompressSync(readFileSync(`${folder}/packages`), { params }));
