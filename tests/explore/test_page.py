"""What a code cell shows, and what closes when it runs again."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pytest

from lstm_teach.explore import page as module
from lstm_teach.explore.page import Page, with_picture


class Kernel:
    """Stands for IPython's shell: it knows which code cell is running, and which run it is."""

    def __init__(self) -> None:
        self.parent: dict = {}
        self.names: dict = {"Out": {}}
        self.all_ns_refs = [self.names]

    def get_parent(self) -> dict:
        return self.parent


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[[Page, str, str], Page]:
    kernel = Kernel()
    monkeypatch.setattr(module, "get_ipython", lambda: kernel)

    def shown(page: Page, cell: str, run: str) -> Page:
        kernel.parent = {"metadata": {"cellId": cell}, "header": {"msg_id": run}}
        page._repr_mimebundle_()
        return page

    return shown


def is_open(page: Page) -> bool:
    return page.comm is not None


def page_with_a_slider() -> Page:
    page = Page()
    page.children = [widgets.VBox([widgets.FloatSlider()])]
    return page


def test_a_code_cell_that_runs_again_closes_what_it_showed(show: Callable) -> None:
    first = show(page_with_a_slider(), "a", "1")
    slider = first.children[0].children[0]
    second = show(page_with_a_slider(), "a", "2")
    assert not is_open(first)
    assert slider.comm is None
    assert slider.layout.comm is None
    assert is_open(second)


def test_what_is_closed_is_no_longer_held_by_ipython(
    show: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = show(page_with_a_slider(), "a", "1")
    names = module.get_ipython().names
    other = object()
    names.update({"_1": first, "Out": {1: first, 2: other}, "mine": first, "_2": other})
    show(page_with_a_slider(), "a", "2")
    assert names == {"Out": {2: other}, "mine": first, "_2": other}


def test_other_code_cells_and_the_same_run_stay(show: Callable) -> None:
    other = show(page_with_a_slider(), "b", "1")
    one, two = (show(page_with_a_slider(), "a", "2") for _ in range(2))
    assert all(map(is_open, (other, one, two)))


def test_shown_again_it_stays_open(show: Callable) -> None:
    page = show(page_with_a_slider(), "a", "1")
    assert is_open(show(page, "a", "2"))


def test_without_a_kernel_nothing_is_closed() -> None:
    pages = [page_with_a_slider() for _ in range(2)]
    for page in pages:
        page._repr_mimebundle_()
    assert all(map(is_open, pages))


def test_a_picture_has_its_words_as_alt_text() -> None:
    data, about = with_picture(lambda: b"png", "what it shows")
    assert data["text/plain"] == about["image/png"]["alt"] == "what it shows"
