// What the website adds to JupyterLab. Plain JavaScript, in the shape in which JupyterLab loads
// extensions (a module-federation container), so that nothing has to be compiled.
"use strict";

const FIRST = "notebooks/00_start_here.ipynb";
const STORE = "lstm_teach "; // and a version: see contentsStorageName in build.py

const request = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const openStore = (name) => request(indexedDB.open(name));

/** Work that a student saved with an earlier release; it is kept in that release's own store. */
async function earlierWork(current) {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith(STORE) || name === current) continue;
    const store = await openStore(name);
    if (store.objectStoreNames.contains("files")) {
      const files = store.transaction("files").objectStore("files");
      for (const file of await request(files.getAll()))
        if (file.type === "notebook") found.push({ version: name.slice(STORE.length), file });
    }
    store.close();
  }
  return found;
}

/** Put earlier work beside the new notebooks, once, and say so. */
async function bringAlong(app) {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const current = config.contentsStorageName;
  const contents = app.serviceManager.contents;
  for (const { version, file } of await earlierWork(current)) {
    const path = file.path.replace(/( \([^()]*\))?\.ipynb$/, ` (${version}).ipynb`);
    const done = `${current}: ${path}`;
    if (localStorage.getItem(done)) continue;
    await contents.save(path, { type: "notebook", format: "json", content: file.content });
    localStorage.setItem(done, "here");
    await app.commands.execute("apputils:notify", {
      message: `There is a new edition of the notebooks. What you saved before is now "${path}".`,
      type: "info",
      options: {
        autoClose: false,
        actions: [{ label: "Open it", commandId: "docmanager:open", args: { path } }],
      },
    });
  }
}

/** Save the words of a widget, not its view: a view has no Python when the page is opened again. */
function keepTheWords(contents) {
  const save = contents.save.bind(contents);
  contents.save = (path, model = {}) => {
    if (model.type !== "notebook" || !model.content) return save(path, model);
    const content = structuredClone(model.content);
    for (const { outputs = [] } of content.cells)
      for (const { data = {} } of outputs)
        if (Object.keys(data).length > 1) delete data["application/vnd.jupyter.widget-view+json"];
    return save(path, { ...model, content });
  };
}

function addCommands(app) {
  const open = () => app.shell.currentWidget?.context;
  app.commands.addCommand("lstm-teach:fresh-copy", {
    label: "Fresh copy",
    caption: "Throw away what you changed in this notebook, and start again",
    isEnabled: () => Boolean(open()),
    execute: async () => {
      const context = open();
      const question = "Start again with a fresh copy? What you typed in this notebook is lost.";
      if (!context || !window.confirm(question)) return;
      // Without a copy of its own in this browser, a notebook is the one of the site.
      await app.serviceManager.contents.delete(context.path);
      await context.revert();
    },
  });
  app.commands.addCommand("lstm-teach:lessons", {
    label: "All lessons",
    caption: "The map of the lessons, in a new tab",
    execute: () => void window.open("../index.html", "_blank"),
  });
}

const plugin = {
  id: "lstm-teach-site:plugin",
  autoStart: true,
  activate: (app) => {
    keepTheWords(app.serviceManager.contents);
    addCommands(app);
    app.restored.then(async () => {
      const lab = location.pathname.includes("/lab");
      const opened = [...app.shell.widgets("main")].some((widget) => widget.context);
      if (lab && !opened && !new URLSearchParams(location.search).has("path"))
        await app.commands.execute("docmanager:open", { path: FIRST });
      await bringAlong(app);
    });
  },
};

(window._JUPYTERLAB ??= {})["lstm-teach-site"] = {
  init: () => undefined,
  get: async () => () => ({ __esModule: true, default: plugin }),
};
