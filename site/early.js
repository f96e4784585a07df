// Python starts at once, in a worker of its own, and not when JupyterLab has come up: the first kernel finds it running.
if (!crossOriginIsolated) {
  const { Worker } = window;
  let early = new Worker(new URL("../static/early.mjs", location.href), { type: "module" });
  window.Worker = class extends Worker {
    constructor(address, options) {
      if (early && String(address).includes("/comlink.worker.")) {
        const first = early;
        early = null;
        return first;
      }
      super(address, options);
    }
  };
}
