// The page's side of View (view.py): it shows parts of HTML, and changes only what differs. Around
// it, it makes the whole explorer fit the page, and its controls answer to keys and have names.

const LAYOUT = `
  <p class="lstm-gone">Python is not responding. Is another code cell still running? If not, Python
    was stopped or restarted: choose <b>Run</b>, then <b>Run All Above Selected Cell</b>, and
    <b>run this code cell again</b>. What you typed is still there.</p>
  <div class="lstm-pictures">
    <div data-part="diagram"></div>
    <div class="lstm-plot">
      <div data-part="still"></div><div data-part="run"></div><div data-part="frame"></div>
    </div>
  </div>
  <div class="lstm-words" data-part="words"></div>
  <div class="lstm-heard" role="status"></div>
  <div class="lstm-heard" role="status"></div>`; // of the words, and of the verdict

const SMALLEST = 220; // the height in px below which pictures do not shrink ...
const MIN_ROOM_BELOW = 270; // ... and with less room than this the words move beside them ...
const MIN_ROOM_ABOVE = 160; // ... and with less than this there is one picture, beside the controls
const NARROW = 760; // px; up to this width the picture stays on top, and the controls scroll
const QUIET = 700; // ms without a change before a screen reader is told
const PATIENCE = 5000; // ms without an answer before the page says so
const PARTS = ["diagram", "still", "run", "frame", "words", "verdict", "code"];

// ---- parts: markup once, then values ----------------------------------------------------------

// Every attribute and text in the order of the source: what view.py counts as slots.
function slotsOf(part) {
  const slots = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.attributes) slots.push(...node.attributes);
    else slots.push(node);
  }
  return slots;
}

// `values` has slots and what stands in them now, one after the other.
function patchPart(part, values) {
  part.slots ??= slotsOf(part);
  for (let k = 0; k < values.length; k += 2) part.slots[values[k]].nodeValue = values[k + 1];
}

// What has changed since a part's markup came, for views that are made later.
function initialize({ model }) {
  const since = {};
  model.set("since", since);
  for (const key of PARTS) model.on(`change:${key}`, () => { since[key] = {}; });
  model.on("change:values", () => {
    for (const key of PARTS) {
      const values = model.get("values")[1]?.[key] ?? [];
      if (!model.get("values")[1]) since[key] = {};
      for (let k = 0; k < values.length; k += 2) (since[key] ??= {})[values[k]] = values[k + 1];
    }
  });
}

function showParts(model, parts) {
  const showMarkup = (key) => {
    parts[key].innerHTML = model.get(key);
    parts[key].slots = undefined;
  };
  for (const key of PARTS) {
    model.on(`change:${key}`, () => showMarkup(key));
    showMarkup(key);
    const since = Object.entries(model.get("since")?.[key] ?? {});
    if (since.length) patchPart(parts[key], since.flat());
  }
  model.on("change:values", () => {
    const values = model.get("values")[1];
    if (values) for (const key of Object.keys(values)) patchPart(parts[key], values[key]);
    else PARTS.forEach(showMarkup); // the whole state, after a lost connection
  });
}

// ---- the page ---------------------------------------------------------------------------------

// The outermost widget of ours around an element.
function pageOf(el) {
  let page = el;
  for (let node = el; node; node = node.parentElement)
    if (node.classList.contains("lstm-page")) page = node;
  return page;
}

function makeElement(className, part) {
  const element = document.createElement("div");
  element.className = className;
  if (part) element.dataset.part = part;
  return element;
}

// For a projector a page fills the screen, in large type (view.css).
function present(page) {
  if (page.matches(":fullscreen")) document.exitFullscreen();
  else page.requestFullscreen();
}

// Two buttons at a page's upper right: to present it, and, where there is room for one picture
// only, to change between the cell and the plot.
function addTools(page) {
  const tools = makeElement("lstm-tools");
  tools.innerHTML = `
    <button type="button" class="lstm-other jupyter-button"></button>
    <button type="button" class="lstm-present jupyter-button" aria-pressed="false"
      aria-keyshortcuts="p" title="Fill the screen, for a projector (P; Esc leaves)"
      >Present</button>`;
  const [other, button] = tools.children;
  const show = (part) => {
    page.dataset.shown = part;
    other.textContent = part === "cell" ? "Show the plot" : "Show the cell";
  };
  show("cell");
  other.addEventListener("click", () => show(page.dataset.shown === "cell" ? "plot" : "cell"));
  button.addEventListener("click", () => present(page));
  button.hidden = !document.fullscreenEnabled;
  page.addEventListener("fullscreenchange", () => {
    const presented = page.matches(":fullscreen");
    button.setAttribute("aria-pressed", presented);
    if (presented) page.tabIndex = -1; // a click beside the controls: their keys still work
    else page.removeAttribute("tabindex");
  });
  page.addEventListener("keydown", ({ key, target }) => {
    const typing = target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
    if (key === "p" && !typing) present(page);
  });
  // Whoever comes to a control by the Tab key sees the picture too, once the browser has scrolled.
  page.addEventListener("focusin", () => requestAnimationFrame(() => {
    if (page.matches(".lstm-split:not(:fullscreen)")) page.scrollIntoView({ block: "nearest" });
  }));
  page.append(tools);
}

// Pictures as high as leaves room for all controls in the part of the page that one can see; on a
// low page the words stand beside them. On one that is lower still, or narrow, and on the whole
// screen, there is one picture, and the controls beside or below it scroll.
//
// A sentence that gets longer or shorter moves nothing around it: words keep the height of the
// longest so far. (In the other layouts view.css lets them go.)
function fitToWindow(page, view, pictures, words) {
  const whole = page.matches(":fullscreen");
  const panel = whole ? null : page.closest(".jp-WindowedPanel-outer");
  const seen = panel?.clientHeight ?? window.innerHeight;
  const narrow = page.clientWidth <= NARROW;
  const cell = view.querySelector('[data-part="diagram"] svg');
  const scrolled = page.scrollTop;
  const lay = (low, split) => {
    view.classList.toggle("lstm-low", low);
    page.classList.toggle("lstm-split", split);
    page.classList.toggle("lstm-narrow", split && narrow);
    page.classList.toggle("lstm-columns", split && !narrow && Boolean(cell));
  };
  const room = () => seen - (page.offsetHeight - pictures.offsetHeight) - 24;
  if (!whole && !narrow) {
    lay(false, false);
    for (const part of words) part.style.minHeight = `${part.offsetHeight}px`;
    if (room() < MIN_ROOM_BELOW) lay(true, false);
  }
  if (whole || narrow || room() < MIN_ROOM_ABOVE) {
    lay(false, true);
    page.style.setProperty("--seen", `${seen - (whole ? 0 : 24)}px`);
    page.scrollTop = scrolled;
    return;
  }
  const both = pictures.firstElementChild.offsetHeight > 0; // a diagram, and a plot
  const stacked = both && getComputedStyle(pictures).gridTemplateColumns.split(" ").length === 1;
  const height = Math.max(SMALLEST, Math.floor(room() / (stacked ? 2 : 1)));
  pictures.style.setProperty("--height", `${height}px`);
}

// An attribute that is as it should be stays untouched: nobody has to hear of it.
function setAttribute(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

// Every widget has a copy of this file of its own, but no two of a page may give the same id.
function freshId() {
  window.lstmIds = (window.lstmIds ?? 0) + 1;
  return `lstm-${window.lstmIds}`;
}

// Names for controls whose labels stand beside them, and numbers that can be read out.
function labelControls(page) {
  for (const slider of page.querySelectorAll(".widget-slider")) {
    const label = slider.querySelector(".widget-label");
    if (!label) continue;
    label.id ||= freshId();
    for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout"))
      setAttribute(part, "aria-labelledby", label.id);
    const readout = slider.querySelector(".widget-readout");
    if (readout) setAttribute(readout, "role", "textbox");
  }
  page.querySelectorAll(".noUi-handle").forEach(sayNumber);
  const question = page.querySelector(".widget-html-content");
  for (const box of question ? page.querySelectorAll(".widget-radio-box") : []) {
    question.id ||= freshId();
    setAttribute(box, "role", "radiogroup");
    setAttribute(box, "aria-labelledby", question.id);
    for (const radio of box.querySelectorAll("input")) radio.name = question.id; // for arrow keys
  }
  for (const icon of page.querySelectorAll(".widget-play button i")) {
    const [, kind] = icon.className.match(/fa-(\S+)/) ?? [];
    const words = { "step-backward": "one back", "step-forward": "one on", retweet: "repeat" };
    setAttribute(icon.parentElement, "aria-label", words[kind] ?? kind ?? "play");
    setAttribute(icon, "aria-hidden", "true");
  }
}

// 1.6 and not 1.5999999999999996, which is what the steps of a slider add up to. (The slider itself
// rounds `aria-valuenow` to one digit.)
function sayNumber(handle) {
  const number = Number(handle.getAttribute("aria-valuetext"));
  setAttribute(handle, "aria-valuetext", String(Number(number.toPrecision(10))));
}

// Plain keys on a control are the control's: otherwise "b" would add a cell to the notebook.
function keepKeys(page, event) {
  if (!page.contains(event.target)) return;
  const plain = !(event.ctrlKey || event.metaKey || event.altKey);
  const runs = event.key === "Enter" && event.shiftKey;
  event.target.toggleAttribute("data-lm-suppress-shortcuts", plain && !runs);
}

// After a click on a slider's track its handle has the focus, so that arrow keys go on from there.
function focusHandle({ target }) {
  if (!target.closest(".noUi-handle"))
    target.closest(".noUi-target")?.querySelector(".noUi-handle")?.focus({ preventScroll: true });
}

// A kernel may handle a click before the choice that was made before it. So a button waits until
// the choice has its answer.
function keepOrder(page, model) {
  let chosen = false;
  let clicked;
  page.addEventListener("change", ({ target }) => { chosen ||= target.type === "radio"; });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!chosen || !button) return;
    event.stopPropagation();
    clicked = button;
  }, true);
  model.on("change:replies", () => {
    chosen = false;
    clicked?.click();
    clicked = undefined;
  });
}

// ---- the connection ---------------------------------------------------------------------------

// When the network was gone, messages may be lost: ipywidgets waits for their answers for ever, and
// JupyterLab puts controls back to where the kernel knows them. So what the kernel may not have
// heard is said again, and pictures are asked for. (Other managers know of no connection.)
const HELD = ["value", "index", "selected_index"];
const watched = new WeakSet();
function keepInStep(manager) {
  const kernel = manager?.kernel;
  if (!kernel?.connectionStatusChanged || watched.has(kernel)) return;
  watched.add(kernel);
  let models = [];
  let unheard = [];
  kernel.connectionStatusChanged.connect(async (_, status) => {
    if (status !== "connected") return;
    const ids = Object.keys(manager.get_state_sync().state);
    models = await Promise.all(ids.map((id) => manager.get_model(id)));
    unheard = models.filter((model) => model._pending_msgs > 0).map((model) => {
      const held = HELD.filter((key) => model.has(key)).map((key) => [key, model.get(key)]);
      return [model, Object.fromEntries(held)];
    });
  });
  manager.restored.connect(() => {
    for (const [model, held] of unheard) {
      model._pending_msgs = 0;
      model._msg_buffer = null;
      model.set(held);
      model.save_changes();
    }
    for (const model of models)
      if (model.has("replies")) model.comm?.send({ method: "request_state" }, {});
    models = unheard = [];
  });
}

// ---- the view ---------------------------------------------------------------------------------

// Where an explorer stood that another window has closed by running the same code cell.
const LEFT = "This code cell was run in another window. Run it here, and it is back.";

async function pickOrCopy(model, target) {
  const entry = target.closest("[data-pick]");
  if (entry) model.send({ pick: entry.dataset.pick.split(",").map(Number) });
  const button = target.closest("[data-copy]");
  if (!button) return;
  const lines = button.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(button.dataset.copy || lines.textContent);
    button.textContent = "Copied";
  } catch { // a page that may not write to the clipboard
    getSelection().selectAllChildren(lines);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 3000);
}

function clickPlot(model, plot, event) {
  const svg = plot.querySelector("svg");
  if (!svg || !model.get("clickable")) return;
  const { width, height } = svg.viewBox.baseVal;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(
    svg.getScreenCTM().inverse());
  model.send({ click: [at.x / width, at.y / height] });
}

function render({ model, el }) {
  el.classList.add("lstm-view");
  el.innerHTML = LAYOUT;
  const pictures = el.querySelector(".lstm-pictures");
  const plot = el.querySelector(".lstm-plot");
  const heard = [...el.querySelectorAll(".lstm-heard")];
  const below = ["verdict", "code"].map((part) => makeElement("lstm-words", part));
  const parts = Object.fromEntries([...el.querySelectorAll("[data-part]"), ...below]
    .map((part) => [part.dataset.part, part]));
  const words = [parts.words, ...below];
  showParts(model, parts);
  const pictured = () => model.get("still") || model.get("diagram");

  for (const element of [el, ...below])
    element.addEventListener("click", ({ target }) => pickOrCopy(model, target));
  plot.addEventListener("click", (event) => clickPlot(model, plot, event));

  let soon;
  model.on("change:replies", () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      for (const [k, part] of [parts.words, parts.verdict].entries()) {
        const said = part.querySelector(".lstm-sentence")?.textContent ?? "";
        if (heard[k].textContent !== said) heard[k].textContent = said;
      }
    }, QUIET);
  });

  // A slider has moved: the kernel has to say something soon.
  let late;
  const wait = () => {
    late ??= setTimeout(() => el.classList.add("lstm-late"), PATIENCE);
  };
  const answered = () => {
    clearTimeout(late);
    late = undefined;
    el.classList.remove("lstm-late");
  };
  model.on("change:replies", answered);
  keepInStep(model.widget_manager);
  model.widget_manager?.restored?.connect(answered);

  // The page is there only once the view is in it. A table of weights has no page to look after.
  let page, place, joining, width;
  const keys = (event) => keepKeys(page, event);
  const observed = new MutationObserver((records) => {
    let [moved, made] = [false, false];
    for (const { type, target } of records) {
      if (type === "attributes") {
        moved = true;
        sayNumber(target);
      } else made ||= !target.closest("[data-part], .widget-readout, .lstm-heard");
    }
    if (moved && pictured() && page.matches(":hover, :focus-within")) wait();
    if (made) labelControls(page);
  });
  const join = () => {
    if (page || el.closest(".lstm-sliders")) return;
    if (!el.isConnected) {
      joining = setTimeout(join, 100);
      return;
    }
    page = pageOf(el);
    place = page.parentElement;
    keepOrder(page, model);
    window.addEventListener("keydown", keys, true); // before JupyterLab hears of it
    page.addEventListener("click", focusHandle);
    observed.observe(page, { subtree: true, childList: true, attributeFilter: ["aria-valuenow"] });
    sized.observe(page);
    labelControls(page);
    page.append(...below);
    if (pictured()) addTools(page);
  };

  // Another plot, or another width: the words' height is found anew.
  const letGo = () => words.forEach((part) => { part.style.minHeight = ""; });
  model.on("change:still", letGo);
  const fit = () => {
    join();
    if (!page || !pictures.offsetHeight) return;
    el.classList.add("lstm-pictured");
    if (width !== el.offsetWidth) letGo();
    width = el.offsetWidth;
    fitToWindow(page, el, pictures, words);
  };
  const sized = new ResizeObserver(fit);
  sized.observe(el);
  window.addEventListener("resize", fit);
  join();

  return () => {
    [soon, late, joining].forEach(clearTimeout);
    sized.disconnect();
    observed.disconnect();
    window.removeEventListener("keydown", keys, true);
    window.removeEventListener("resize", fit);
    model.widget_manager?.restored?.disconnect(answered);
    if (place?.isConnected && !place.childElementCount) place.textContent = LEFT;
    // JupyterLab holds on to what it has shown: let that be little.
    for (const part of Object.values(parts)) part.replaceChildren();
    below.forEach((part) => part.remove());
    el.replaceChildren();
  };
}

export default { initialize, render };
