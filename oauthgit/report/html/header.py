"""Write the head of the page: its state, four numbers, and a bar of verdicts."""

from collections import Counter
from collections.abc import Iterator, Sequence

from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.headline import headline
from oauthgit.model.secret_status import MISSING
from oauthgit.report.html.markup import Markup, element, join, link
from oauthgit.report.html.states import STATES, mark_of, state_of_verdict
from oauthgit.report.html.view import View, group_of, is_earlier

_SHORT = 12


def write_header(view: View, sections: list[tuple[str, str]]) -> Markup:
    """Return title, numbers, verdicts and links to ``sections``: ids and titles."""
    report = view.report
    limits = [element("li", limit) for limit in view.page.limits]
    changes = report.differences
    return element(
        "header",
        element("p", "OAuth settings", class_="kicker"),
        element("h1", view.page.source.repository or "Report"),
        element("p", *_state(view), class_="state"),
        join(
            [element("p", headline(changes), ". ", link("#changes", "See the changes"), class_="headline")]
            if changes
            else []
        ),
        join([element("ul", join(limits), class_="limits", aria_label="This page shows")] if limits else []),
        element("dl", join(_numbers(view)), class_="numbers"),
        _verdicts(view),
        element(
            "nav",
            element("ul", *(element("li", link(f"#{id_}", title)) for id_, title in sections)),
            aria_label="Sections",
        ),
    )


def _state(view: View) -> Iterator[Markup]:
    page, source = view.page, view.page.source
    if source.commit:
        url = source.forge.commit_url(source.commit) if source.forge else ""
        yield join(("commit ", link(url, element("code", source.commit[:_SHORT])), " "))
    if source.branch:
        yield join(("branch ", element("code", source.branch), " "))
    if source.is_changed:
        yield element("strong", "working tree, not as committed" if source.commit else "working tree, not committed")
    if page.today:
        yield join((" on ", element("time", page.today, datetime=page.today)))
    if view.report.version:
        yield join((" by oauthgit ", view.report.version))


def _numbers(view: View) -> Iterator[Markup]:
    report, page = view.report, view.page
    summary = report.summary
    environments = Counter(group_of(column) for column in view.columns)
    yield _number(
        "Targets", len(view.columns) or summary.targets, [f"{count} {name}" for name, count in environments.items()]
    )
    shown = sum(len(column.cells) for column in view.columns)
    named = f"{format_count(len(view.servers), 'name')} in " if view.servers else ""
    unmerged = shown and any(column.settings is None for column in view.columns)
    servers = max(shown, summary.servers) if unmerged else shown or summary.servers
    yield _number("OAuth servers", servers, [f"{named}{format_count(summary.layers, 'layer')}"])
    severities = Counter(each.severity for each in report.findings if each.suppressed is None)
    suppressed = len(report.findings) - severities.total()
    details: list[str] = [
        mark_of(name, format_count(severities[severity], name))
        for severity, name in ((each, each.label) for each in sorted(Severity, reverse=True))
        if severities[severity]
    ]
    details += [f"{suppressed} suppressed"] if suppressed else []
    yield _number("Findings", severities.total(), details or ["nothing found"])
    if report.page is None:
        return
    left = [status.days_left for status in page.secrets if status.days_left is not None]
    ending = [days for days in left if days <= page.window]
    expired = sum(days < 0 for days in left)
    missing = sum(status.state == MISSING for status in page.secrets)
    undated = sum(status.expires_on is None and status.state != MISSING for status in page.secrets)
    notes: list[str] = [mark_of("expired", f"{expired} expired")] if expired else []
    notes += [mark_of("incomplete", f"{missing} missing")] if missing else []
    notes += [f"{undated} without a date"] if undated else []
    known = "every known secret has a date" if page.blocked else "every secret has a date"
    yield _number(
        f"Secrets that end within {page.window} days", len(ending), notes or [known if left else "no secret is known"]
    )


def _number(name: str, number: int, details: Sequence[str]) -> Markup:
    parts = [element("span", detail) for detail in details]
    return element("div", element("dt", name), element("dd", element("b", f"{number:,}"), join(parts, " ")))


def _verdicts(view: View) -> Markup:
    """Return counts of the verdicts as a bar with a legend; empty without verdicts."""
    verdicts = view.report.verdicts
    if not verdicts:
        return Markup("")
    counts = Counter(state_of_verdict(verdict) for verdict in verdicts)
    start, bars, items = 0, [], []
    for name in reversed(STATES):
        if counts[name]:
            bars.append(element("rect", x=start, y=0, width=counts[name], height=1, class_=name))
            items.append(element("li", mark_of(name, f"{counts[name]} {STATES[name].word}")))
            start += counts[name]
    sandbox = sum(verdict.sandbox for verdict in verdicts)
    claimed = sum(verdict.claimed for verdict in verdicts)
    earlier = sum(is_earlier(verdict, view.page) for verdict in verdicts)
    notes = [f"{sandbox} by the sandbox, which proves nothing about a provider"] if sandbox else []
    notes += [f"{earlier} proven for earlier settings"] if earlier else []
    notes += [f"{claimed} claimed by a report, not signed"] if claimed else []
    notes += [f"servers were called with {each}" for each in view.report.conditions]
    return element(
        "section",
        element("h2", format_count(len(verdicts), "verdict"), " of smoke tests", id="verdicts"),
        element("svg", *bars, viewBox=f"0 0 {start} 1", preserveAspectRatio="none", class_="bar", aria_hidden="true"),
        element("ul", join(items), class_="legend"),
        join(element("p", note, class_="note") for note in notes),
        aria_labelledby="verdicts",
        class_="verdicts",
    )
