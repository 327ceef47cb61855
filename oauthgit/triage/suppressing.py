"""Comments and findings brought together: what is suppressed, and which comments do nothing or may not be."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from oauthgit.model.directive import Directive
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, at_most
from oauthgit.model.location import Location
from oauthgit.model.rule import Rule
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.triage.fixed import why_no_comment

HONOURED: Final = frozenset((*LAYERS, Kind.POLICY, Kind.WORKFLOW))
"""The kinds of file in which a comment suppresses findings."""
_FORM: Final = "write: # oauthgit: ignore[OG301] reason, or with until=2027-01-31 behind it"


class Codes(NamedTuple):
    """What is known of codes: all there are, how to load a rule, and which of them this run looks for."""

    known: Collection[str]
    rule_of: Callable[[str], Rule]
    is_looked_for: Callable[[str], bool]


def suppress(findings: Iterable[Finding], documents: Sequence[Document], codes: Codes, today: str) -> list[Finding]:
    """Return ``findings``, marked where a comment suppresses them, and a finding for each comment that is not in order.

    A comment suppresses what is reported on the line that it concerns. ``findings`` are all there are, whatever the
    policy makes of them and whatever was asked for: so a comment is unused only if there is nothing to suppress.
    ``today`` is an ISO date.
    """
    findings = list(findings)
    if not any(document.directives for document in documents):
        return findings
    remarks: list[Finding] = []
    active: dict[tuple[str, int, str], tuple[Location, str]] = {}
    unused: dict[Location, str] = {}
    for document in documents:
        of_file: list[Finding] = []
        for directive in document.directives:
            wrong = list(_wrong(directive, document.kind, codes, today))
            of_file += wrong
            refused = {finding.location for finding in wrong}
            for code, place in directive.codes if directive.location not in refused else ():
                if place not in refused:
                    unused[place] = code
                    active.setdefault((document.file, directive.line, code), (place, directive.reason))
        remarks += at_most(of_file)
    for number, finding in enumerate(findings):
        found = active.get((finding.location.file, finding.location.line, finding.code))
        if found:
            unused.pop(found[0], None)
            findings[number] = finding._replace(suppressed=found[1])
    idle: dict[str, list[Finding]] = {}
    for place, code in unused.items():
        if codes.is_looked_for(code):
            idle.setdefault(place.file, []).append(_unused(code, place))
    return [*findings, *remarks, *chain.from_iterable(map(at_most, idle.values()))]


def _wrong(directive: Directive, kind: Kind, codes: Codes, today: str) -> Iterator[Finding]:
    """Yield what is wrong with a comment; what points at the whole of it takes its effect away, else only a code's."""
    if kind not in HONOURED:
        words = "nothing protects the comments of an encrypted file" if kind is Kind.SECRETS else "it belongs to sops"
        yield Finding(
            "OG006",
            f"a comment in this file suppresses nothing: {words}",
            directive.location,
            remedy="take it out; comments count in layers and in the policy",
        )
        return
    if directive.fault:
        yield Finding("OG007", f"{directive.fault}, so nothing is suppressed", directive.location, remedy=_FORM)
        return
    for code, place in directive.codes:
        if code not in codes.known:
            yield Finding("OG007", f"there is no rule {code}", place, remedy="oauthgit rules lists them")
        elif why := why_no_comment(codes.rule_of(code)):
            yield Finding("OG006", f"{code} cannot be suppressed: it {why}", place, remedy="mend what it finds instead")
    if not directive.reason:
        yield Finding(
            "OG003",
            "a suppression without a reason suppresses nothing",
            directive.location,
            remedy="say behind the bracket why the rule is wrong here",
        )
    elif directive.until is not None and directive.until < today:
        yield Finding(
            "OG005",
            f"this suppression ended on {directive.until}; what it hid counts again",
            directive.location,
            remedy="mend what it hid, or say until when it has to wait",
        )


def _unused(code: str, place: Location) -> Finding:
    return Finding("OG004", f"{code} finds nothing here, so there is nothing to suppress", place, remedy="take it out")
