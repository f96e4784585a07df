// Turn the source in Pyodide's packages into bytecode: node site/precompile.mjs FOLDER
// In Pyodide itself, because bytecode is good for one version of Python only.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: `${folder}/` });
pyodide.mountNodeFS("/packages", folder);
pyodide.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
