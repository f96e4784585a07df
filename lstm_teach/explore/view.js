// The page's side of View (view.py): it shows parts of HTML, and changes only what differs. Around
// it, it makes the whole explorer fit the page, and its controls answer to keys and have names.

// The verdict, the code and the tools move to the page once it is there. Then come the places of
// what is read out: of the words, and of the verdict.
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
  <div class="lstm-words" data-part="verdict"></div>
  <div class="lstm-words" data-part="code"></div>
  <div class="lstm-heard" role="status"></div>
  <div class="lstm-heard" role="status"></div>
  <div class="lstm-tools">
    <button type="button" class="lstm-other jupyter-button"
      >Show the <span>plot</span><span>cell</span></button>
    <button type="button" class="lstm-present jupyter-button" aria-pressed="false"
      aria-keyshortcuts="p" title="Fill the screen, for a projector (P; Esc leaves)"
      >Present</button>
  </div>`;
const PARTS = ["diagram", "still", "run", "frame", "words", "verdict", "code"];
// Where an explorer stood that another window has closed by running the same code cell.
const LEFT = "This code cell was run in another window. Run it here, and it is back.";

const SMALLEST = 220; // the height in px below which pictures do not shrink ...
const MIN_ROOM_BELOW = 270; // ... and with less room than this the words move beside them ...
const MIN_ROOM_ABOVE = 160; // ... and with less than this there is one picture, beside the controls
const NARROW = 760; // px; up to this width the picture stays on top, and the controls scroll
const QUIET = 700; // ms without a change before a screen reader is told
const PATIENCE = 5000; // ms without an answer before the page says so

// ---- parts: markup once, then values ----------------------------------------------------------

// Every attribute and text in the order of the source: what view.py counts as slots.
function slotsOf(part) {
  const slots = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) slots.push(...(walker.currentNode.attributes ?? [walker.currentNode]));
  return slots;
}

// What a message says of a part, as view.py writes it: new values by their slots.
function decode(text) {
  const values = {};
  let slot = 0;
  for (const [, gap, value] of (text ?? "").matchAll(/(\d+)\x7f([^\x7f]*)\x7f?/g))
    values[slot += Number(gap)] = value;
  return values;
}

// What has changed since a part's markup came, for views that are made later.
function initialize({ model }) {
  const since = {};
  model.set("since", since);
  for (const key of PARTS) model.on(`change:${key}`, () => { since[key] = {}; });
  model.on("change:values", () => {
    const [, changed] = model.get("values");
    for (const key of PARTS) since[key] = changed ? { ...since[key], ...decode(changed[key]) } : {};
  });
}

function showParts(model, parts) {
  const patch = (key, values) => {
    for (const [slot, value] of Object.entries(values)) {
      parts[key].slots ??= slotsOf(parts[key]);
      parts[key].slots[slot].nodeValue = value;
    }
  };
  const showMarkup = (key) => {
    parts[key].innerHTML = model.get(key);
    parts[key].slots = undefined;
  };
  for (const key of PARTS) {
    model.on(`change:${key}`, () => showMarkup(key));
    showMarkup(key);
    patch(key, model.get("since")?.[key] ?? {});
  }
  model.on("change:values", () => { // without any: the whole state, after a lost connection
    const [, changed] = model.get("values");
    PARTS.forEach(changed ? (key) => patch(key, decode(changed[key])) : showMarkup);
  });
}

// ---- the page ---------------------------------------------------------------------------------

// For a projector a page fills the screen, in large type (view.css). Where there is room for one
// picture only, the other button changes between the cell and the plot.
function useTools(page, tools) {
  const [other, button] = tools.children;
  const present = () => {
    if (page.matches(":fullscreen")) document.exitFullscreen();
    else page.requestFullscreen();
  };
  other.addEventListener("click", () => page.toggleAttribute("data-plot"));
  button.addEventListener("click", present);
  button.hidden = !document.fullscreenEnabled;
  page.addEventListener("fullscreenchange", () => {
    const presented = page.matches(":fullscreen");
    button.setAttribute("aria-pressed", presented);
    if (presented) page.tabIndex = -1; // a click beside the controls: their keys still work
    else page.removeAttribute("tabindex");
  });
  page.addEventListener("keydown", ({ key, target }) => {
    const typing = target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
    if (key === "p" && !typing) present();
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
  const cell = Boolean(view.querySelector('[data-part="diagram"] svg'));
  const scrolled = page.scrollTop;
  const lay = (low, split) => {
    view.classList.toggle("lstm-low", low);
    page.classList.toggle("lstm-split", split);
    page.classList.toggle("lstm-narrow", split && narrow);
    page.classList.toggle("lstm-columns", split && !narrow && cell);
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
  pictures.style.setProperty("--height", `${Math.max(SMALLEST, Math.floor(room()))}px`);
}

// Names for controls whose labels stand beside them, and numbers that can be read out.
// (Every widget has a copy of this file of its own, but no two labels of a page the same id.)
function nameBy(label, parts) {
  window.lstmLabels ??= 0;
  label.id ||= `lstm-label-${++window.lstmLabels}`;
  for (const part of parts) part.setAttribute("aria-labelledby", label.id);
}

function labelControls(page) {
  const all = (selector, of = page) => of.querySelectorAll(selector);
  for (const label of all(".widget-slider > .widget-label"))
    nameBy(label, all(".noUi-handle, .widget-readout", label.parentElement));
  for (const readout of all(".widget-readout")) readout.role = "textbox";
  all(".noUi-handle").forEach(sayNumber);
  const [question] = all(".widget-html-content");
  for (const box of question ? all(".widget-radio-box") : []) {
    nameBy(question, [box]);
    box.role = "radiogroup";
    for (const radio of all("input", box)) radio.name = question.id; // for arrow keys
  }
  for (const icon of all(".widget-play button i")) {
    const [, kind] = icon.className.match(/fa-(\S+)/) ?? [];
    const words = { "step-backward": "one back", "step-forward": "one on", retweet: "repeat" };
    icon.parentElement.ariaLabel = words[kind] ?? kind ?? "play";
    icon.ariaHidden = "true";
  }
}

// 1.6 and not 1.5999999999999996, which is what the steps of a slider add up to. (The slider itself
// rounds `aria-valuenow` to one digit.)
function sayNumber(handle) {
  handle.ariaValueText = String(Number(Number(handle.ariaValueText).toPrecision(10)));
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
  model.on("change:values", () => {
    chosen = false;
    clicked?.click();
    clicked = undefined;
  });
}

// ---- the connection ---------------------------------------------------------------------------

// When the network was gone, messages may be lost: ipywidgets waits for their answers for ever, and
// JupyterLab puts controls back to where the kernel knows them. So what the kernel may not have
// heard is said again, and pictures are asked for: by one view for all, and every view has a copy
// of this file of its own. (Other managers know of no connection.)
const HELD = ["value", "index", "selected_index"];
function keepInStep(manager) {
  const kernel = manager?.kernel;
  if (!kernel?.connectionStatusChanged || kernel.lstmInStep) return;
  kernel.lstmInStep = true;
  const held = (model) => Object.fromEntries(
    HELD.filter((key) => model.has(key)).map((key) => [key, model.get(key)]));
  let known = [];
  kernel.connectionStatusChanged.connect(async (_, status) => {
    if (status !== "connected") return;
    const ids = Object.keys(manager.get_state_sync().state);
    const models = await Promise.all(ids.map((id) => manager.get_model(id)));
    known = models.map((model) => [model, model._pending_msgs > 0 && held(model)]);
  });
  manager.restored.connect(() => {
    for (const [model, unheard] of known) {
      if (unheard) {
        Object.assign(model, { _pending_msgs: 0, _msg_buffer: null });
        model.set(unheard);
        model.save_changes();
      }
      if (model.has("diagram")) model.comm?.send({ method: "request_state" }, {});
    }
    known = [];
  });
}

// ---- the view ---------------------------------------------------------------------------------

async function pickOrCopy(model, { target }) {
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

function clickPlot(model, plot, { clientX, clientY }) {
  const svg = plot.querySelector("svg");
  if (!svg || !model.get("clickable")) return;
  const { width, height } = svg.viewBox.baseVal;
  const at = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  model.send({ click: [at.x / width, at.y / height] });
}

function render({ model, el }) {
  el.classList.add("lstm-view");
  el.innerHTML = LAYOUT;
  const find = (selector) => el.querySelector(selector);
  const [pictures, plot, tools] = [".lstm-pictures", ".lstm-plot", ".lstm-tools"].map(find);
  const heard = el.querySelectorAll(".lstm-heard");
  const parts = Object.fromEntries(PARTS.map((key) => [key, find(`[data-part="${key}"]`)]));
  const words = [parts.words, parts.verdict, parts.code];
  showParts(model, parts);
  const pictured = () => model.get("still") || model.get("diagram");

  for (const part of words) part.addEventListener("click", (event) => pickOrCopy(model, event));
  plot.addEventListener("click", (event) => clickPlot(model, plot, event));

  // When the kernel has been quiet for a while, what it has said is read out.
  let late, soon;
  const tell = () => {
    for (const [k, part] of [parts.words, parts.verdict].entries()) {
      const said = part.querySelector(".lstm-sentence")?.textContent ?? "";
      if (heard[k].textContent !== said) heard[k].textContent = said;
    }
  };
  model.on("change:values", () => {
    [late, soon].forEach(clearTimeout);
    late = undefined;
    el.classList.remove("lstm-late");
    soon = setTimeout(tell, QUIET);
  });
  keepInStep(model.widget_manager);

  // The page is there only once the view is in it. A table of weights has no page to look after.
  let page, place, width;
  const keys = (event) => keepKeys(page, event);
  const observed = new MutationObserver((records) => {
    const moved = records.filter(({ type }) => type === "attributes");
    moved.forEach(({ target }) => sayNumber(target));
    if (moved.length && pictured() && page.matches(":hover, :focus-within")) // has to be answered
      late ??= setTimeout(() => el.classList.add("lstm-late"), PATIENCE);
    const ours = "[data-part], .widget-readout, .lstm-heard";
    if (records.some(({ type, target }) => type === "childList" && !target.closest(ours)))
      labelControls(page);
  });
  const join = () => {
    page = el.closest(".lstm-page:not(.lstm-page *)") ?? el;
    place = page.parentElement;
    keepOrder(page, model);
    window.addEventListener("keydown", keys, true); // before JupyterLab hears of it
    page.addEventListener("click", focusHandle);
    observed.observe(page, { subtree: true, childList: true, attributeFilter: ["aria-valuenow"] });
    sized.observe(page);
    labelControls(page);
    page.append(parts.verdict, parts.code);
    if (pictured()) useTools(page, tools);
  };

  // Another plot, or another width: the words' height is found anew.
  const letGo = () => words.forEach((part) => { part.style.minHeight = ""; });
  model.on("change:still", letGo);
  const fit = () => {
    if (!el.isConnected || el.closest(".lstm-sliders")) return;
    if (!page) join();
    if (!pictures.offsetHeight) return;
    el.classList.add("lstm-pictured");
    if (width !== el.offsetWidth) letGo();
    width = el.offsetWidth;
    fitToWindow(page, el, pictures, words);
  };
  const sized = new ResizeObserver(fit);
  sized.observe(el);
  window.addEventListener("resize", fit);

  return () => {
    [soon, late].forEach(clearTimeout);
    sized.disconnect();
    observed.disconnect();
    window.removeEventListener("keydown", keys, true);
    window.removeEventListener("resize", fit);
    if (place?.isConnected && !place.childElementCount) place.textContent = LEFT;
    // JupyterLab holds on to what it has shown: let that be little.
    for (const part of Object.values(parts)) part.replaceChildren();
    words.forEach((part) => part.remove());
    el.replaceChildren();
  };
}

export default { initialize, render };
