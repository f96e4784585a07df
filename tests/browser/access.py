"""Whether everybody can use what we show: axe-core in an open notebook, in JupyterLab's themes.

    assert violations(notebook) == []

What is looked at is what this collection puts on the page: the text, the outputs, the widgets.
JupyterLab's own menus, tabs and editors are JupyterLab's. So is the picture that stands in place
of a widget until its notebook has run: JupyterLab writes an `<img>` without the alternative text
that is saved beside it (it reads only `width`, `height` and `unconfined`; nbconvert takes `alt`
too). That is why each such picture has its sentence drawn in it, and why notebooks are run first.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator

from tests.browser.lab import Notebook

OURS = (".jp-RenderedMarkdown", ".jp-OutputArea-output")
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
# The columns of a table that Markdown makes have a <thead>; ours say what each header is of.
HEADLESS = """tables => tables
    .filter(table => !table.querySelector('th') || (!table.tHead
        && [...table.querySelectorAll('th')].some(head => !head.scope)))
    .map(table => `a table without headers: ${table.outerHTML.slice(0, 200)}`)"""


def in_theme(notebook: Notebook, theme: str) -> None:
    """Show the notebook in one of JupyterLab's themes, and wait until nothing moves any more."""
    notebook.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    notebook.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    notebook.wait_until_laid_out()


def violations(notebook: Notebook) -> list[str]:
    """What is wrong with the notebook: as it stands in light, and all answered in the dark."""
    found = in_sight(notebook)
    for question in notebook.page.locator(".lstm-predict").all():
        answer(question)
    notebook.wait_until_idle()
    in_theme(notebook, DARK)
    found += in_sight(notebook)
    in_theme(notebook, LIGHT)
    return found


def answer(question: Locator) -> None:
    """Commit the first choice of a question."""
    question.get_by_role("radio").first.check()
    question.get_by_role("button", name="Check my answer").click()


def in_sight(notebook: Notebook) -> list[str]:
    """What axe finds in the notebook as it stands, and tables that have no headers."""
    ours = [[place] for place in OURS if notebook.page.locator(place).count()]
    found = Axe().run(notebook.page, {"include": ours}, WCAG).response["violations"]
    tables = notebook.page.locator(", ".join(f"{place} table" for place in OURS))
    return [
        f"{rule['id']}: {node['target'][-1]}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ] + tables.evaluate_all(HEADLESS)
