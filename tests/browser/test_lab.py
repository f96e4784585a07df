"""The first start is quiet and local, and the helpers of `lab.py` see what they should see."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.lab import Lab

WIDGETS = """
import ipywidgets as widgets
slider = widgets.FloatSlider(description="W_f[0, x]", min=-2, max=2, step=0.1)
text = widgets.HTML("0.00")
def show(change):
    if change.new > 1.95:
        raise RuntimeError("too far")
    text.value = f"f is {change.new:.2f}"
slider.observe(show, "value")
widgets.VBox([slider, text])
"""


def test_first_start_is_quiet_and_local(lab: Lab) -> None:
    with lab.open("00_start_here.ipynb") as notebook:
        # JupyterLab would ask about news as soon as all is there and it has read its settings
        notebook.page.evaluate("window.jupyterapp.restored")
        notebook.wait_until_idle()
        notebook.wait_until_laid_out()
        assert notebook.page.locator(".jp-Dialog, .Toastify__toast").all_text_contents() == []
        assert notebook.outside_requests == []
        assert notebook.kernel_errors() == []


def test_root_is_the_collection(lab: Lab) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>'
    (lab.root / "imgs" / "_test.svg").write_text(svg)
    name = lab.write(
        "_test_root.ipynb",
        "from IPython.display import Markdown",
        "Markdown('![a test picture](../imgs/_test.svg)')",
    )
    with lab.open(name) as notebook:
        notebook.run_all()
        picture = notebook.page.locator("img[alt='a test picture']")
        expect(picture).to_be_visible()
        assert picture.evaluate("e => e.naturalWidth") == 40


def test_keys_and_mouse_move_a_slider(lab: Lab) -> None:
    with lab.open(lab.write("_test_slider.ipynb", WIDGETS)) as notebook:
        notebook.run_all()
        assert notebook.cell_errors() == []
        notebook.press("W_f[0, x]", "ArrowRight", 3)
        assert notebook.value("W_f[0, x]") == 0.3
        assert "f is 0.30" in notebook.html_texts()
        notebook.drag("W_f[0, x]", 0.25)
        assert notebook.value("W_f[0, x]") == -1.0
        assert "f is -1.00" in notebook.html_texts()
        assert notebook.kernel_errors() == []
        assert notebook.console_errors == []


def test_an_exception_in_a_callback_is_seen(lab: Lab) -> None:
    with lab.open(lab.write("_test_callback.ipynb", WIDGETS)) as notebook:
        notebook.run_all()
        notebook.press("W_f[0, x]", "End")
        assert any("too far" in error for error in notebook.kernel_errors())


def test_a_failing_cell_is_seen(lab: Lab) -> None:
    with lab.open(lab.write("_test_error.ipynb", "1 / 0", "print('not reached')")) as notebook:
        notebook.run_all()
        assert any("ZeroDivisionError" in error for error in notebook.cell_errors())
