"""Write the findings by rule, each with its excerpt, and the suppressed ones."""

from collections.abc import Iterator, Sequence

from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape, format_count
from oauthgit.report.html.formatting import code, write_place
from oauthgit.report.html.markup import Markup, anchor, element, join, link, prose
from oauthgit.report.html.states import OF_SEVERITY, mark_of
from oauthgit.report.html.view import View

MAX_FINDINGS = 2_000
_NAMED = 12
_RELATED = 8
_WIDTH = 400
_OPTIONS = {"safe": "validate --fix does it.", "unsafe": "validate --unsafe-fixes does it; review the change."}


def write_findings(view: View) -> Markup:
    """Return the section; of very many findings, a line counts the mildest."""
    numbered = list(enumerate(view.report.findings))
    shown = [each for each in numbered if each[1].suppressed is None]
    suppressed = [each for each in numbered if each[1].suppressed is not None]
    groups: dict[str, list[tuple[int, Finding]]] = {}
    ranked = sorted(shown, key=lambda each: (-each[1].severity, each[1].code, each[0]))
    for number, finding in ranked[:MAX_FINDINGS]:
        groups.setdefault(finding.code, []).append((number, finding))
    left = len(shown) - MAX_FINDINGS
    return element(
        "section",
        element("h2", "Findings", id="findings"),
        Markup("") if shown else element("p", "Nothing found.", class_="empty"),
        *(_group(code_, members, view) for code_, members in groups.items()),
        element("p", f"{left:,} more findings, the mildest, are left out: the JSON report lists them.", class_="note")
        if left > 0
        else Markup(""),
        _suppressed(suppressed[:MAX_FINDINGS], len(suppressed), view) if suppressed else Markup(""),
        aria_labelledby="findings",
        class_="findings",
    )


def _group(rule: str, members: Sequence[tuple[int, Finding]], view: View) -> Markup:
    first = members[0][1]
    text = view.report.described(rule)
    head = element(
        "summary",
        mark_of(OF_SEVERITY[first.severity]),
        element("h3", f"{rule} {first.name}"),
        element("span", format_count(len(members), "finding")),
    )
    why = element("p", prose(text.why), class_="why") if text else Markup("")
    return element("details", head, why, *(_finding(number, each, view) for number, each in members), open=True)


def _finding(number: int, finding: Finding, view: View) -> Markup:
    return element(
        "article",
        element(
            "p",
            mark_of(OF_SEVERITY[finding.severity]),
            " ",
            write_place(finding.location, view.page.source),
            " ",
            prose(finding.message),
            element("span", " claimed, not signed", class_="claim") if finding.known_as else "",
        ),
        _excerpt(finding, view),
        join(_details(finding, view)),
        id=f"finding-{number}",
    )


def _excerpt(finding: Finding, view: View) -> Markup:
    """Return the line before and the line of the finding, whose part is marked."""
    lines = view.report.lines_of(finding)
    _, line, column, end_line, end_column, _ = finding.location
    if line not in lines:
        return element("p", finding.hint, class_="hint") if finding.hint else Markup("")
    shown = lines[line]
    skipped = max(0, column - 1 - _WIDTH // 2) if len(shown) > _WIDTH else 0
    end = min(max(column, (end_column if end_line == line else len(shown) + 1) - 1), skipped + _WIDTH)
    near = [(line - 1, lines[line - 1][skipped : skipped + _WIDTH])] if line > 1 else []
    rows = [join((element("i", f"{number:>4} "), _visible(text))) for number, text in near]
    rows.append(
        join(
            (
                element("i", f"{line:>4} "),
                "…" if skipped else "",
                _visible(shown[skipped : column - 1]),
                element("mark", _visible(shown[column - 1 : end])),
                _visible(shown[end : skipped + _WIDTH]),
                "…" if len(shown) > skipped + _WIDTH else "",
                element("em", f"  {finding.hint}") if finding.hint else "",
            )
        )
    )
    return element("pre", Markup("\n".join(rows)), tabindex=0, role="group", aria_label="Excerpt")


def _visible(text: str) -> str:
    return "\t".join(escape(part) for part in text.split("\t")).expandtabs(4)


def _details(finding: Finding, view: View) -> Iterator[Markup]:
    if finding.targets:
        labels = {column.target: column.label for column in (*view.columns, *view.branches)}
        named = join((_target(target, labels) for target in finding.targets[:_NAMED]), ", ")
        more = len(finding.targets) - _NAMED
        yield element("p", element("b", "Targets: "), named, f" and {more:,} more" if more > 0 else "")
    for related in finding.related[:_RELATED]:
        yield element("p", related.message, " ", write_place(related.location, view.page.source))
    if len(finding.related) > _RELATED:
        yield element("p", f"and {len(finding.related) - _RELATED:,} more places")
    remedy = " ".join(filter(None, (finding.remedy, _OPTIONS.get(finding.fixable))))
    if remedy:
        yield element("p", element("b", "To do: "), prose(remedy), class_="remedy")


def _target(target: str, labels: dict[str, str]) -> Markup:
    return link(f"#{anchor(labels[target], '')}", labels[target]) if target in labels else code(target)


def _suppressed(members: Sequence[tuple[int, Finding]], count: int, view: View) -> Markup:
    rows = []
    for number, finding in members:
        author = view.page.authors.get((finding.location.file, finding.comment))
        rows.append(
            element(
                "tr",
                element("th", finding.code, " ", finding.name, scope="row"),
                element("td", write_place(finding.location, view.page.source), " ", finding.message),
                element("td", finding.suppressed or ""),
                element("td", finding.until or "no end"),
                element("td", f"{author.name}, {author.day}" if author else "not known"),
                id=f"finding-{number}",
            )
        )
    names = ("rule", "finding", "reason", "until", "suppressed by")
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in names)))
    left = f", the first {len(members):,} are listed" if count > len(members) else ""
    return element(
        "details",
        element("summary", f"{format_count(count, 'suppressed finding')}{left}"),
        element(
            "div",
            element("table", head, element("tbody", *rows)),
            class_="wide",
            tabindex=0,
            role="group",
            aria_label="Suppressed findings",
        ),
        id="suppressed",
    )
