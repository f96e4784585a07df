// The page's side of View (view.py): it shows parts of HTML, and changes only what differs. Around
// it, it makes the whole explorer fit the page, and its controls answer to keys and have names.

const LAYOUT = `
  <p class="lstm-gone">Python does not answer. Is another code cell still running? If not, Python
    was stopped or started anew: choose <b>Run</b>, then <b>Run All Above Selected Cell</b>, and
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
const LOW = 270; // ... and with less room than this the words make place for them ...
const LOWEST = 160; // ... and with less than this there is one picture, beside the controls
const QUIET = 700; // ms without a change before a screen reader is told
const PATIENCE = 5000; // ms without an answer before the page says so

// Make `old` what `fresh` is; what is the same stays as it is.
function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(fresh);
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else {
    for (const { name, value } of fresh.attributes)
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    for (const { name } of [...old.attributes])
      if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    const children = [...fresh.childNodes];
    [...old.childNodes].forEach((child, k) => patch(child, children[k]));
  }
}

function put(part, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const [old, fresh] = [[...part.childNodes], [...template.content.childNodes]];
  if (old.length === fresh.length) old.forEach((node, k) => patch(node, fresh[k]));
  else part.replaceChildren(...fresh);
}

// The outermost widget of ours around an element.
function pageOf(el) {
  let page = el;
  for (let node = el; node; node = node.parentElement)
    if (node.classList.contains("lstm-page")) page = node;
  return page;
}

// For a projector a page fills the screen, in large type (view.css).
function present(page) {
  if (page.matches(":fullscreen")) document.exitFullscreen();
  else page.requestFullscreen();
}

// Two buttons at a page's upper right: to present it, and, where there is room for one picture
// only, to change between the cell and the plot.
function addTools(page) {
  const tools = document.createElement("div");
  tools.className = "lstm-tools";
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
// low page the words stand beside them. On one that is lower still, and on the whole screen, there
// is one picture, and the controls beside it scroll.
//
// A sentence that gets longer or shorter moves nothing around it: words keep the height of the
// longest so far. (In the other layouts view.css lets them go.)
function fit(page, view, pictures, words) {
  const whole = page.matches(":fullscreen");
  const panel = whole ? null : page.closest(".jp-WindowedPanel-outer");
  const seen = panel?.clientHeight ?? window.innerHeight;
  const room = () => seen - (page.offsetHeight - pictures.offsetHeight) - 24;
  const scrolled = page.scrollTop;
  view.classList.remove("lstm-low");
  page.classList.remove("lstm-split");
  if (!whole) for (const part of words) part.style.minHeight = `${part.offsetHeight}px`;
  if (room() < LOW && !whole) view.classList.add("lstm-low");
  if (room() < LOWEST || whole) {
    view.classList.remove("lstm-low");
    page.classList.add("lstm-split");
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
function set(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

// Names for controls whose labels stand beside them, and numbers that can be read out.
let count = 0;
function name(page) {
  for (const slider of page.querySelectorAll(".widget-slider")) {
    const label = slider.querySelector(".widget-label");
    if (label) label.id ||= `lstm-label-${++count}`;
    for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout"))
      set(part, "aria-labelledby", label.id);
    const readout = slider.querySelector(".widget-readout");
    if (readout) set(readout, "role", "textbox");
  }
  for (const handle of page.querySelectorAll(".noUi-handle")) {
    const shown = String(Number(Number(handle.getAttribute("aria-valuenow")).toPrecision(10)));
    set(handle, "aria-valuetext", shown);
  }
  for (const box of page.querySelectorAll(".widget-radio-box")) { // arrow keys go through one group
    const question = page.querySelector(".widget-html-content");
    question.id ||= `lstm-label-${++count}`;
    set(box, "role", "radiogroup");
    set(box, "aria-labelledby", question.id);
    for (const radio of box.querySelectorAll("input")) radio.name = question.id;
  }
  for (const icon of page.querySelectorAll(".widget-play button i")) {
    const [, kind] = icon.className.match(/fa-(\S+)/) ?? [];
    const words = { "step-backward": "one back", "step-forward": "one on", retweet: "repeat" };
    set(icon.parentElement, "aria-label", words[kind] ?? kind);
    set(icon, "aria-hidden", "true");
  }
}

// Plain keys on a control are the control's: otherwise "b" would add a cell to the notebook.
function keepKeys(page, event) {
  if (!page.contains(event.target)) return;
  const plain = !(event.ctrlKey || event.metaKey || event.altKey);
  const runs = event.key === "Enter" && event.shiftKey;
  event.target.toggleAttribute("data-lm-suppress-shortcuts", plain && !runs);
}

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
      if (model.has("answers")) model.comm?.send({ method: "request_state" }, {});
    models = unheard = [];
  });
}

// A kernel may handle a click before the choice that was made before it. So a button waits until
// the choice has its answer.
function inOrder(page, model) {
  let chosen = false;
  let clicked;
  page.addEventListener("change", ({ target }) => { chosen ||= target.type === "radio"; });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!chosen || !button) return;
    event.stopPropagation();
    clicked = button;
  }, true);
  model.on("change:answers", () => {
    chosen = false;
    clicked?.click();
    clicked = undefined;
  });
}

// Where an explorer stood that another window has closed by running the same code cell.
const LEFT = "This code cell was run in another window. Run it here, and it is back.";

function render({ model, el }) {
  el.classList.add("lstm-view");
  el.innerHTML = LAYOUT;
  const pictures = el.querySelector(".lstm-pictures");
  const heard = [...el.querySelectorAll(".lstm-heard")];
  const plot = el.querySelector(".lstm-plot");
  const verdict = document.createElement("div"); // below the controls, once there is a page
  verdict.className = "lstm-words";
  verdict.dataset.part = "verdict";

  const parts = [...el.querySelectorAll("[data-part]"), verdict];
  for (const part of parts) {
    const key = part.dataset.part;
    const show = () => put(part, model.get(key));
    model.on(`change:${key}`, show);
    show();
  }

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
  model.on("change:answers", answered);
  keepInStep(model.widget_manager);
  model.widget_manager?.restored?.connect(answered);

  let soon;
  model.on("change:words change:verdict", () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      for (const [k, part] of [el, verdict].entries()) {
        const said = part.querySelector(".lstm-sentence")?.textContent ?? "";
        if (heard[k].textContent !== said) heard[k].textContent = said;
      }
    }, QUIET);
  });

  const pickOrCopy = async ({ target }) => {
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
  };
  el.addEventListener("click", pickOrCopy);
  verdict.addEventListener("click", pickOrCopy);

  plot.addEventListener("click", (event) => {
    const svg = plot.querySelector("svg");
    const { width, height } = svg.viewBox.baseVal;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      svg.getScreenCTM().inverse());
    model.send({ click: [at.x / width, at.y / height] });
  });

  // Another plot, or another width: the words' height is found anew.
  const words = parts.filter((part) => part.matches(".lstm-words"));
  const letGo = () => words.forEach((part) => { part.style.minHeight = ""; });
  model.on("change:still", letGo);

  // The page is there only once the view is in it; an observer of its size is told then.
  let page, place, keys, width;
  const named = new MutationObserver((records) => {
    const moved = records.some((record) => record.attributeName === "aria-valuenow");
    if (moved && pictures.offsetHeight && page.matches(":hover, :focus-within")) wait();
    name(page);
  });
  const sized = new ResizeObserver(() => {
    if (!el.isConnected) return;
    if (!page) {
      page = pageOf(el);
      place = page.parentElement;
      sized.observe(page);
      inOrder(page, model);
      keys = (event) => keepKeys(page, event);
      window.addEventListener("keydown", keys, true); // before JupyterLab hears of it
      named.observe(page, {
        subtree: true, childList: true,
        attributes: true, attributeFilter: ["aria-valuenow", "aria-valuetext"],
      });
      name(page);
    }
    if (!pictures.offsetHeight) return;
    el.classList.add("lstm-pictured");
    if (!page.querySelector(".lstm-tools")) addTools(page);
    if (!verdict.isConnected) page.append(verdict);
    if (width !== el.offsetWidth) letGo();
    width = el.offsetWidth;
    fit(page, el, pictures, words);
  });
  sized.observe(el);
  const resized = () => page && pictures.offsetHeight && fit(page, el, pictures, words);
  window.addEventListener("resize", resized);

  return () => {
    clearTimeout(soon);
    clearTimeout(late);
    sized.disconnect();
    named.disconnect();
    window.removeEventListener("keydown", keys, true);
    window.removeEventListener("resize", resized);
    model.widget_manager?.restored?.disconnect(answered);
    if (place?.isConnected && !place.childElementCount) place.textContent = LEFT;
    // JupyterLab holds on to what it has shown: let that be little.
    for (const part of parts) part.replaceChildren();
    verdict.remove();
    el.replaceChildren();
  };
}

export default { render };
