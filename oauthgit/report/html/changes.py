"""Write the changes of a comparison, production first."""

from collections.abc import Iterator, Sequence

from oauthgit.model.difference import Change, Differences, PolicyChange, Reach, Status, TargetDifference, notes_of
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.headline import headline
from oauthgit.model.risk import MINOR
from oauthgit.report.html.formatting import code, write_place, write_value
from oauthgit.report.html.markup import Markup, element, join
from oauthgit.report.html.view import View

_NAMED = 8
_HEAD = ("risk", "target", "server", "setting", "before", "after")


def write_changes(view: View) -> Markup:
    """Return the section; empty if nothing was compared."""
    found = view.report.differences
    if found is None:
        return Markup("")
    rows = [row for group in found.groups for row in _rows(group)]
    return element(
        "section",
        element("h2", "Changes", id="changes"),
        element("p", code(found.base), " → ", code(found.head), ": ", headline(found)),
        _table(_HEAD, rows, "Changes of targets") if rows else element("p", "No target changes.", class_="empty"),
        _list("To do", [_note(note.text, note.command) for note in notes_of(found.listed)]),
        _list("Changed by", [_edit(group, view) for group in found.edits]),
        _policy(found),
        aria_labelledby="changes",
        class_="changes",
    )


def _table(names: Sequence[str], rows: Sequence[Markup], label: str) -> Markup:
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in names)))
    table = element("table", head, element("tbody", *rows))
    return element("div", table, class_="wide", tabindex=0, role="group", aria_label=label)


def _rows(group: Sequence[TargetDifference]) -> Iterator[Markup]:
    first = group[0]
    names = (element("div", code(each.target), " ", _environment(each)) for each in group[:_NAMED])
    more = f"and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
    who = join((*names, more))
    if first.status is Status.INCOMPARABLE:
        yield _row("not compared", who, "", "", Markup(""), join((first.reason,)), is_risky=True)
    elif first.status is Status.RENAMED:
        yield _row("renamed", who, "", "", code(first.was), Markup(""))
    elif first.status is not Status.CHANGED and not first.changes:
        yield _row(str(first.status), who, "", "", Markup(""), Markup(""), is_risky=True)
    for change in first.changes:
        if not (change.setting == "environment" and first.status in {Status.ADDED, Status.REMOVED}):
            yield _change(change, who)


def _environment(target: TargetDifference) -> Markup:
    if target.production:
        return element("strong", "production")
    return element("span", target.environment or "", class_="at")


def _change(change: Change, who: Markup) -> Markup:
    setting = change.setting or "all settings"
    before, after = write_value(change.before), write_value(change.after)
    return _row(str(change.risk), who, change.server, setting, before, after, is_risky=change.risk not in MINOR)


def _row(  # noqa: PLR0913, PLR0917 - the six columns
    risk: str, who: Markup, server: str, setting: str, before: Markup, after: Markup, *, is_risky: bool = False
) -> Markup:
    cells = (join((risk,)), who, join((server,)), join((setting,)), before, after)
    return element("tr", *(element("td", cell) for cell in cells), class_="risky" if is_risky else None)


def _note(text: str, command: str) -> Markup:
    return join((text, ": ", code(command))) if command else join((text,))


def _edit(group: Sequence[Reach], view: View) -> Markup:
    causes = join(
        (
            join(
                (
                    write_place(cause.location, view.page.source) if cause.location else code(cause.layer),
                    " ",
                    ".".join(filter(None, (cause.server, cause.setting))),
                )
            )
            for cause, _, _ in group
        ),
        ", ",
    )
    _, reached, hidden = group[0]
    reaches = join((" reaches ", _some(reached))) if reached else " reaches no target"
    overrides = join(("; hidden by overrides in ", _some([each.target for each in hidden]))) if hidden else ""
    return join((causes, reaches, overrides))


def _some(names: Sequence[str]) -> Markup:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return join((join(map(code, names[:_NAMED]), " "), more))


def _list(title: str, items: Sequence[Markup]) -> Markup:
    if not items:
        return Markup("")
    return join((element("h3", title), element("ul", *(element("li", item) for item in items))))


def _policy(found: Differences) -> Markup:
    if not found.policy:
        return Markup("")
    title = element("h3", f"Policy: {format_count(len(found.policy), 'change')}")
    rows = [_member(change) for change in found.policy]
    return join((title, _table(("", "member", "before", "after"), rows, "Changes of the policy")))


def _member(change: PolicyChange) -> Markup:
    cells = (
        join(("loosened" if change.loosened else "changed",)),
        code(change.name),
        write_value(change.before),
        write_value(change.after),
    )
    return element("tr", *(element("td", cell) for cell in cells), class_="risky" if change.loosened else None)
