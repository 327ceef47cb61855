"""Order a report for the page: columns, rows and cells with their states."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.model.environment import environment_rank
from oauthgit.model.explanation import ExplainedSetting, explain_servers
from oauthgit.model.finding import Finding
from oauthgit.model.page import Page
from oauthgit.model.report import Report
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.settings import Settings, server_of
from oauthgit.model.verdict import Verdict
from oauthgit.model.workspace import TARGETS, Kind
from oauthgit.report.html.markup import anchor
from oauthgit.report.html.states import OF_SEVERITY, state_of_verdict, worst_first

_MISSING: Final = "OG203"


class Cell(NamedTuple):
    """Hold one server of one target: what differs from its base, and its facts.

    The base is the branch of the target, or the origin of a branch; ``base`` is the id of its cell, empty if there is
    none. ``states`` are names, the worst first. ``findings`` are numbers of the report's findings.
    """

    id: str
    target: str
    server: str
    own: Sequence[ExplainedSetting]
    base: str = ""
    inherited: int = 0
    states: Sequence[str] = ()
    findings: Sequence[int] = ()
    verdicts: Sequence[Verdict] = ()
    secret: SecretStatus | None = None


class Column(NamedTuple):
    """Hold one target; ``settings`` is None if it cannot be merged for ``reason``.

    A target with settings and a ``reason`` lacks some.
    """

    target: str
    label: str
    environment: str
    settings: Settings | None
    cells: Mapping[str, Cell]
    states: Sequence[str] = ()
    findings: Sequence[int] = ()
    reason: str = ""


class View(NamedTuple):
    """Hold the arranged report.

    ``columns`` are targets that run, ``branches`` those that they inherit from.
    """

    report: Report
    page: Page
    columns: Sequence[Column]
    branches: Sequence[Column]
    servers: Sequence[str]
    other_verdicts: Sequence[Verdict]


class _Facts(NamedTuple):
    """Hold facts by target and server; an empty server means a whole target.

    ``findings`` are numbers of findings, ``graded`` the states that they mean.
    """

    findings: Mapping[tuple[str, str], list[int]]
    graded: Mapping[tuple[str, str], list[str]]
    verdicts: Mapping[tuple[str, str], list[Verdict]]
    secrets: Mapping[tuple[str, str], SecretStatus]
    changed: frozenset[tuple[str, str]]


def arrange(report: Report) -> View:
    """Return the report as columns and rows, production first."""
    page = report.page or Page(report.targets or ())
    labels = shorten([*(each.target for each in page.targets), *page.blocked])
    facts = _collect(report, page)
    explained = {each.target: explain_servers(each) for each in page.targets}
    columns = [_column(each, labels, explained, facts, page) for each in page.targets]
    running = [each for each in columns if each.settings and each.settings.kind in TARGETS]
    running += [
        Column(target, labels[target], "", None, {}, ["error"], facts.findings.get((target, ""), ()), reason)
        for target, reason in page.blocked.items()
        if target not in explained
    ]
    running.sort(key=lambda each: (each.settings is not None, environment_rank(each.environment), each.label))
    shown = {(each.target, server) for each in running for server in each.cells}
    return View(
        report,
        page,
        running,
        [each for each in columns if each.settings and each.settings.kind is Kind.BRANCH],
        sorted({server for each in running for server in each.cells}),
        [each for each in report.verdicts or () if (each.target, each.server) not in shown],
    )


def shorten(targets: Iterable[str]) -> dict[str, str]:
    """Return the shortest ending of each id that no other target has.

    It has the branch of a runtime configuration, and all of the id of a branch.
    """
    targets = list(dict.fromkeys(targets))
    endings = Counter(ending for target in targets for ending in _endings(target))
    return {target: next((one for one in _endings(target) if endings[one] == 1), target) for target in targets}


def _endings(target: str) -> list[str]:
    if target.startswith(f"{Kind.BRANCH}/"):
        return [target]
    parts = target.split("/")
    least = 2 if target.startswith(f"{Kind.RUNTIME_CONFIGURATION}/") else 1
    return ["/".join(parts[start:]) for start in range(len(parts) - least, -1, -1)]


def group_of(column: Column) -> str:
    """Return the group of a column: its environment, or the reason why it has none."""
    return "cannot be merged" if column.settings is None else column.environment or "no environment"


def is_earlier(verdict: Verdict, page: Page) -> bool:
    """Return True if a verdict is about other settings than those of the page."""
    now = page.digests.get((verdict.target, verdict.server))
    return verdict.stamp is not None and now is not None and verdict.stamp.settings != now


def _collect(report: Report, page: Page) -> _Facts:
    findings: dict[tuple[str, str], list[int]] = {}
    graded: dict[tuple[str, str], list[str]] = {}
    for number, finding in enumerate(report.findings):
        if finding.suppressed is None:
            server = server_of(finding.location.pointer)
            for target in finding.targets:
                findings.setdefault((target, server), []).append(number)
                graded.setdefault((target, server), []).append(_grade(finding))
    verdicts: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in report.verdicts or ():
        verdicts.setdefault((verdict.target, verdict.server), []).append(verdict)
    changes = report.differences.targets if report.differences else ()
    changed = frozenset((each.target, change.server) for each in changes for change in each.changes)
    return _Facts(findings, graded, verdicts, {(each.target, each.server): each for each in page.secrets}, changed)


def _grade(finding: Finding) -> str:
    return "incomplete" if finding.code == _MISSING else OF_SEVERITY[finding.severity]


def _column(
    settings: Settings,
    labels: Mapping[str, str],
    explained: Mapping[str, Mapping[str, Mapping[str, ExplainedSetting]]],
    facts: _Facts,
    page: Page,
) -> Column:
    target, label = settings.target, labels[settings.target]
    base = next((each.layer for each in reversed(settings.chain[:-1]) if each.layer in explained), "")
    cells = {}
    for server, values in explained[target].items():
        below = explained[base].get(server, {}) if base else {}
        own = [each for name, each in values.items() if not _is_same(each, below.get(name))]
        own += [each._replace(value=None, origin=None) for name, each in below.items() if name not in values]
        of_base = anchor(labels[base], server) if base and below else ""
        cell = Cell(anchor(label, server), target, server, own, of_base, len(values) - len(own))
        cells[server] = _with_facts(cell, facts, page, report_own=any(each.name in values for each in own))
    found = facts.findings.get((target, ""), ())
    reason = page.blocked.get(target, "")
    states = worst_first([*facts.graded.get((target, ""), ()), *(["incomplete"] if reason else [])])
    return Column(target, label, settings.environment or "", settings, cells, states, found, reason)


def _is_same(one: ExplainedSetting, other: ExplainedSetting | None) -> bool:
    return other is not None and one.origin == other.origin and one.value == other.value


def _with_facts(cell: Cell, facts: _Facts, page: Page, *, report_own: bool) -> Cell:
    key = (cell.target, cell.server)
    findings, verdicts, secret = facts.findings.get(key, ()), facts.verdicts.get(key, ()), facts.secrets.get(key)
    states = ["own" if report_own or not cell.base else "inherited"]
    states += facts.graded.get(key, ())
    states += ["changed"] if key in facts.changed else []
    states += [state_of_verdict(each, is_earlier=is_earlier(each, page)) for each in verdicts]
    if secret and secret.days_left is not None and secret.days_left <= page.window:
        states.append("expired" if secret.days_left < 0 else "ends")
    return cell._replace(states=worst_first(states), findings=findings, verdicts=verdicts, secret=secret)
