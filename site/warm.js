// Fetches what a lesson needs to run, while its page is read: when somebody points at "Run it here",
// or when the page has come to rest and the connection is not one that is paid for by the byte.
(() => {
  const run = document.querySelector(".run"), net = navigator.connection || {};
  if (!run || location.protocol === "file:") return;
  let begun = false;
  const warm = async () => {
    if (begun) return;
    begun = true;
    const base = new URL("../", document.baseURI), list = new URL("run-needs.json", base);
    try {
      for (const file of await (await fetch(list)).json()) {
        await (await fetch(new URL(file, base), { priority: "low" })).arrayBuffer();
      }
    } catch { /* then the lesson fetches it itself */ }
  };
  for (const event of ["pointerenter", "focus", "touchstart"]) run.addEventListener(event, warm, { passive: true });
  const metered = net.saveData || net.type === "cellular" || /2g|3g/.test(net.effectiveType || "");
  const touch = matchMedia("(pointer: coarse)").matches; // on a phone lessons are read
  if (!metered && !touch) addEventListener("load", () => setTimeout(() => (window.requestIdleCallback || setTimeout)(warm), 2000));
})();
