"""Match suppression comments with findings, and report invalid or unused comments."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, at_most
from oauthgit.model.location import Location
from oauthgit.model.rule import Rule
from oauthgit.model.suppression import Suppression
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.triage.unsuppressible import why_comment_is_ignored

STAGES: Final = frozenset((*LAYERS, Kind.POLICY, Kind.WORKFLOW))
"""The kinds of file in which a comment suppresses findings."""
_FORM: Final = "Write # oauthgit: ignore[OG301] reason, with until=2027-01-31 at the end if it is temporary."


class Codes(NamedTuple):
    """Hold all known codes, a loader of rules, and a test for the codes of this run."""

    known: Collection[str]
    rule_of: Callable[[str], Rule]
    is_enabled: Callable[[str], bool]


def suppress(findings: Iterable[Finding], documents: Sequence[Document], codes: Codes, today: str) -> list[Finding]:
    """Return ``findings``, suppressed by comments, and findings about wrong comments.

    A comment suppresses findings on the line that it concerns. ``findings`` are all findings, before policy and selection
    are applied, so a comment is unused only if there is nothing to suppress. ``today`` is an ISO date.
    """
    findings = list(findings)
    if not any(document.suppressions for document in documents):
        return findings
    warnings: list[Finding] = []
    active: dict[tuple[str, int, str], tuple[Location, Suppression]] = {}
    unused: dict[Location, str] = {}
    for document in documents:
        of_file: list[Finding] = []
        for suppression in document.suppressions:
            wrong = list(_report_wrong(suppression, document.kind, codes, today))
            of_file += wrong
            refused = {finding.location for finding in wrong}
            for code, place in suppression.codes if suppression.location not in refused else ():
                if place not in refused:
                    unused[place] = code
                    active.setdefault((document.file, suppression.line, code), (place, suppression))
        warnings += at_most(of_file)
    for number, finding in enumerate(findings):
        found = active.get((finding.location.file, finding.location.line, finding.code))
        if found:
            unused.pop(found[0], None)
            why = found[1]
            findings[number] = finding._replace(suppressed=why.reason, until=why.until, comment=why.location.line)
    idle: dict[str, list[Finding]] = {}
    for place, code in unused.items():
        if codes.is_enabled(code):
            idle.setdefault(place.file, []).append(_report_unused(code, place))
    return [*findings, *warnings, *chain.from_iterable(map(at_most, idle.values()))]


def _report_wrong(suppression: Suppression, kind: Kind, codes: Codes, today: str) -> Iterator[Finding]:
    """Yield findings about a comment.

    A finding at the place of the comment disables all of it, a finding at a code disables this code.
    """
    if kind not in STAGES:
        words = "the comments of an encrypted file are not protected" if kind is Kind.SECRETS else "it belongs to sops"
        yield Finding(
            "OG006",
            f"a comment in this file suppresses nothing: {words}",
            suppression.location,
            remedy="Remove it: comments suppress findings in layers and in the policy only.",
        )
        return
    if suppression.problem:
        yield Finding("OG007", f"{suppression.problem}, so nothing is suppressed", suppression.location, remedy=_FORM)
        return
    for code, place in suppression.codes:
        if code not in codes.known:
            yield Finding(
                "OG007", f"there is no rule {code}", place, remedy="Run `oauthgit rules` for a list of rules."
            )
        elif why := why_comment_is_ignored(codes.rule_of(code)):
            yield Finding("OG006", f"{code} cannot be suppressed: it {why}", place, remedy="Fix its findings instead.")
    if not suppression.reason:
        yield Finding(
            "OG003",
            "a suppression without a reason suppresses nothing",
            suppression.location,
            remedy="State after the bracket why the rule is wrong here.",
        )
    elif suppression.until is not None and suppression.until < today:
        yield Finding(
            "OG005",
            f"this suppression ended on {suppression.until}; its findings count again",
            suppression.location,
            remedy="Fix its findings, or state a new date with until=.",
        )


def _report_unused(code: str, place: Location) -> Finding:
    return Finding("OG004", f"{code} finds nothing here, so there is nothing to suppress", place, remedy="Remove it.")
