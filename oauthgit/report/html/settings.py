"""Write the settings of targets, with origins, secrets, findings, verdicts."""

from collections.abc import Iterator, Sequence

from oauthgit.model.explanation import ExplainedSetting
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.secret_status import MISSING, SecretStatus
from oauthgit.model.settings import Origin, Setting
from oauthgit.model.verdict import Verdict
from oauthgit.report.html.formatting import code, write_origin, write_place, write_value
from oauthgit.report.html.markup import Markup, anchor, element, join, link, prose
from oauthgit.report.html.states import BLOCKED, OF_SEVERITY, mark, mark_of, state_of_verdict
from oauthgit.report.html.view import Cell, Column, View, is_earlier

_OF_TARGETS = ("/environment", "/redirect_uri")


def write_settings(view: View) -> Markup:
    """Return a folded part for each target and each branch."""
    columns = (*view.columns, *view.branches)
    if not columns:
        return Markup("")
    return element(
        "section",
        element("h2", "Settings", id="settings"),
        element(
            "p",
            "A target lists what it overrides, and a branch what it changes of its origin. Everything else follows the "
            "link to the branch.",
            class_="note",
        ),
        *(_target(column, view) for column in columns),
        aria_labelledby="settings",
        class_="settings",
    )


def _target(column: Column, view: View) -> Markup:
    count = format_count(len(column.cells), "server")
    facts = [column.environment, *_words(column), count if column.settings else "cannot be merged"]
    head = element(
        "summary",
        element("h3", column.label),
        element("span", " · ".join(filter(None, facts))),
        *map(mark_of, column.states),
    )
    parts = [element("p", mark(BLOCKED), " ", column.reason)] if column.settings is None else [_own(column, view)]
    parts += [_findings(column.findings, view)]
    parts += [_cell(cell, column.label, view) for cell in column.cells.values()]
    return element("details", head, element("div", *parts, id=anchor(column.label, "")), class_="target")


def _words(column: Column) -> Iterator[str]:
    settings = column.settings
    if settings is not None and settings.target != f"branch/{settings.model}/{settings.branch}":
        yield f"{settings.kind.replace('_', ' ')} of {settings.model}/{settings.branch}"


def _own(column: Column, view: View) -> Markup:
    """Return the settings of the target itself."""
    settings = column.settings
    known = [settings.settings[each] for each in _OF_TARGETS if settings and each in settings.settings]
    return _table([_of_target(each) for each in known], view) if known else Markup("")


def _of_target(setting: Setting) -> ExplainedSetting:
    return ExplainedSetting(setting.name, setting.value, setting.origin, setting.replaced)


def _cell(cell: Cell, label: str, view: View) -> Markup:
    title = element("h4", f"{label} / {cell.server}")
    return element(
        "section",
        title,
        element("p", *map(mark_of, cell.states), class_="marks"),
        join(_verdict(verdict, view) for verdict in cell.verdicts),
        _findings(cell.findings, view),
        _table(cell.own, view) if cell.own else Markup(""),
        _base(cell),
        _secret(cell.secret) if cell.secret else Markup(""),
        link("#matrix", "Close", class_="close"),
        id=cell.id,
        data_base=cell.base or None,
        class_="cell",
    )


def _base(cell: Cell) -> Markup:
    """Return the link to the settings that a cell inherits."""
    if not cell.base:
        return Markup("")
    what = "Everything" if not cell.own else format_count(cell.inherited, "more setting")
    words = "comes" if cell.inherited == 1 or not cell.own else "come"
    return element(
        "p", f"{what} {words} from ", link(f"#{cell.base}", cell.base.rpartition("/")[0]), ".", class_="base"
    )


def _table(explained: Sequence[ExplainedSetting], view: View) -> Markup:
    rows = (
        element(
            "tr",
            element("th", each.name, scope="row"),
            element("td", write_value(each.value), *_replaced(each.replaced, view)),
            element("td", write_origin(each.origin, view.page.source)),
        )
        for each in explained
    )
    return element("table", *rows)


def _replaced(origins: Sequence[Origin], view: View) -> Iterator[Markup]:
    """Yield the values that did not win, with their places."""
    for origin in origins:
        if origin.layer != "default":
            place = write_origin(origin, view.page.source)
            yield element("div", "replaces ", write_value(origin.value), " ", place, class_="was")


def _secret(secret: SecretStatus) -> Markup:
    if secret.state == MISSING:
        return element("p", element("b", "Secret: "), "none", class_="secret")
    parts: list[str] = []
    if secret.variable:
        parts.append(join(("in the environment variable ", code(secret.variable))))
    else:
        parts += [{"encrypted": "encrypted", "inline": "encrypted in the layer"}.get(secret.state, secret.state)]
    parts.append("pinned to its endpoints" if secret.pinned else "not pinned")
    parts.append(f"ends {secret.expires_on}{left(secret)}" if secret.expires_on else "no end date")
    if secret.recipients:
        readers = join((code(f"{each.type}:{each.name}") for each in secret.recipients), " ")
        parts.append(join((format_count(len(secret.recipients), "reader"), ": ", readers)))
    return element("p", element("b", "Secret: "), join(parts, "; "), class_="secret")


def left(secret: SecretStatus) -> str:
    """Return the days until a secret ends, in brackets; empty if not known."""
    days = secret.days_left
    if days is None:
        return ""
    if days < 0:
        return f" ({format_count(-days, 'day')} ago)"
    return " (today)" if days == 0 else f" (in {format_count(days, 'day')})"


def _findings(numbers: Sequence[int], view: View) -> Markup:
    if not numbers:
        return Markup("")
    items = []
    for number in numbers:
        finding = view.report.findings[number]
        remedy = element("div", prose(finding.remedy)) if finding.remedy else ""
        items.append(
            element(
                "li",
                mark_of(OF_SEVERITY[finding.severity]),
                " ",
                link(f"#finding-{number}", finding.code),
                " ",
                prose(finding.message),
                remedy,
            )
        )
    return element("ul", *items, class_="found")


def _verdict(verdict: Verdict, view: View) -> Markup:
    return element("p", *verdict_parts(verdict, view), class_="verdict")


def verdict_parts(verdict: Verdict, view: View) -> Iterator[Markup]:
    """Yield outcome, reason and place of a verdict, and its origin."""
    state = state_of_verdict(verdict)
    yield mark_of(state)
    yield join((" ", code(verdict.grant), " ", verdict.explain(str, str)))
    if verdict.sandbox and state != "sandbox":
        yield join((" (sandbox)",))
    stamp = verdict.stamp
    if is_earlier(verdict, view.page):
        yield join((" ", mark_of("earlier", "proven for earlier settings")))
    if stamp:
        yield element(
            "span",
            f" {stamp.time}, oauthgit {stamp.version}",
            f", commit {stamp.commit[:12]}" if stamp.commit else "",
            class_="at",
        )
    if verdict.claimed:
        yield element("span", " claimed, not signed", class_="claim")
    yield join((" ", write_place(verdict.location, view.page.source)))
