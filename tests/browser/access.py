"""Whether everybody can use what we show: axe-core in an open notebook, in both themes.

    assert violations(notebook) == []

What is looked at is what this collection puts on the page: the text, the outputs, the widgets.
JupyterLab's own menus, tabs and editors are JupyterLab's.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.browser.lab import Notebook

OURS = [".jp-RenderedMarkdown", ".jp-OutputArea-output"]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
    "resultTypes": ["violations"],
}
#: What others draw inside of it, and no style of ours can mend: the rule, where, and why.
NOT_OURS: dict[tuple[str, str], str] = {}
THEMES = ("JupyterLab Light", "JupyterLab Dark")


def in_theme(notebook: Notebook, theme: str) -> None:
    """Show the notebook in one of JupyterLab's themes."""
    notebook.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    light = str("Light" in theme).lower()
    notebook.page.wait_for_selector(
        f"body[data-jp-theme-light={light}]", state="attached"
    )


def violations(notebook: Notebook, within: list[str] = OURS) -> list[str]:
    """What axe finds in the notebook as it stands: rule, place and reason of each violation."""
    found = Axe().run(notebook.page, {"include": [[place] for place in within]}, RULES)
    return [
        f"{rule['id']}: {node['target'][-1]}: {node['html'][:160]}: {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
        if not any(
            rule["id"] == name and notebook.page.locator(node["target"][-1]).first.evaluate(
                "(element, place) => element.matches(place)", place)
            for name, place in NOT_OURS
        )
    ]
