"""Write the matrix: OAuth servers in rows, targets in columns by environment."""

from collections.abc import Sequence
from itertools import groupby

from oauthgit.report.html.markup import Markup, anchor, breakable, element, link
from oauthgit.report.html.states import BLOCKED, STATES, mark, mark_of, worst_first
from oauthgit.report.html.view import Column, View, group_of

_SHEET = 8
"""Columns that fit on a page of paper."""


def write_matrix(view: View) -> Markup:
    """Return the matrix, its filter and its legend."""
    if not view.columns and view.report.page is None:
        return Markup("")
    if not view.columns:
        words = "There is no runtime configuration and no IAM application here."
        elsewhere = "The settings are not on this page."
        return _section(element("p", elsewhere if view.report.summary.targets else words, class_="empty"))
    table = element("table", _head(view.columns), element("tbody", *(_row(server, view) for server in view.servers)))
    shown = {state for column in view.columns for cell in column.cells.values() for state in cell.states}
    shown |= {state for column in view.columns for state in column.states}
    legend = (element("li", mark_of(name), " ", STATES[name].meaning) for name in worst_first(shown))
    is_wide = len(view.columns) > _SHEET
    return _section(
        _filter(view, worst_first(shown)),
        element(
            "div",
            table,
            class_="scroll split-in-print" if is_wide else "scroll",
            tabindex=0,
            role="region",
            aria_label="Matrix of servers and targets",
        ),
        _sheets(view) if is_wide else Markup(""),
        element("ul", *legend, class_="legend"),
    )


def _section(*children: Markup) -> Markup:
    title = element("h2", "Matrix", id="matrix")
    return element("section", title, *children, aria_labelledby="matrix", class_="matrix")


def _filter(view: View, states: Sequence[str]) -> Markup:
    environments = dict.fromkeys(column.environment for column in view.columns if column.environment)
    return element(
        "form",
        _labelled("Filter", element("input", type="search", name="text", placeholder="target, server or value")),
        _labelled("Environment", _select("environment", [("", "all")] + [(each, each) for each in environments])),
        _labelled("State", _select("state", [("", "all")] + [(each, STATES[each].word) for each in states])),
        element("button", "Reset", type="reset"),
        element("output", "", aria_live="polite"),
        hidden=True,
        role="search",
    )


def _labelled(label: str, field: Markup) -> Markup:
    return element("label", element("span", label), field)


def _select(name: str, options: Sequence[tuple[str, str]]) -> Markup:
    return element("select", *(element("option", label, value=value) for value, label in options), name=name)


def _head(columns: Sequence[Column]) -> Markup:
    groups = [(key, len(list(group))) for key, group in groupby(columns, key=group_of)]
    first = element("th", "server", scope="col", rowspan=2, class_="corner")
    above = (
        element("th", element("span", name), scope="colgroup", colspan=count, data_group=name) for name, count in groups
    )
    names = (
        element(
            "th",
            link(f"#{anchor(column.label, '')}", breakable(column.label)),
            *map(mark_of, column.states),
            scope="col",
            data_environment=column.environment or None,
        )
        for column in columns
    )
    return element("thead", element("tr", first, *above), element("tr", *names))


def _sheets(view: View) -> Markup:
    """Return the matrix once more for print, in tables that fit on a page."""
    tables = []
    for start in range(0, len(view.columns), _SHEET):
        columns = view.columns[start : start + _SHEET]
        names = (
            element("th", group_of(each), element("br"), element("b", each.label), scope="col") for each in columns
        )
        rows = (
            element(
                "tr",
                element("th", server, scope="row"),
                *(
                    element("td", *map(mark_of, cell.states if (cell := each.cells.get(server)) else ()))
                    if each.settings
                    else element("td", mark(BLOCKED))
                    for each in columns
                ),
            )
            for server in view.servers
        )
        head = element("thead", element("tr", element("th", "server", scope="col"), *names))
        tables.append(element("table", head, element("tbody", *rows)))
    return element("div", *tables, class_="sheets")


def _row(server: str, view: View) -> Markup:
    cells = (_cell(server, column) for column in view.columns)
    return element("tr", element("th", server, scope="row"), *cells)


def _cell(server: str, column: Column) -> Markup:
    if column.settings is None:
        inner = link(f"#{anchor(column.label, '')}", mark(BLOCKED))
        return element("td", inner, class_="error")
    cell = column.cells.get(server)
    if cell is None:
        return element("td", element("span", "\u2013", class_="none", title="not used"))
    return element("td", link(f"#{cell.id}", *map(mark_of, cell.states)), class_=cell.states[0])
