"""Collect the findings of the pass over the events."""

from typing import Any

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.json_pointer import parent
from oauthgit.model.location import Location, Span
from oauthgit.model.workspace import Kind
from oauthgit.parse import messages
from oauthgit.parse.events import first_character
from oauthgit.parse.limits import FINDINGS
from oauthgit.parse.scalar import CONSTANTS, WORDS, resolve


class StoppedError(Exception):
    """Report that the rest of the file cannot or need not be read."""


class Collector:
    """Collect the findings about one file.

    ``refusals`` cost the document; ``doubts`` cost the values at the pointers in ``invalid``.
    """

    def __init__(self, path: str, kind: Kind) -> None:
        self.path = path
        self.kind = kind
        self.refusals: list[Finding] = []
        self.doubts: list[Finding] = []
        self.invalid: set[str] = set()

    def locate(self, place: Any, pointer: str) -> Location:
        """Return the location of a span, or of the first character of an event."""
        return Location.of(self.path, place if isinstance(place, Span) else first_character(place), pointer)

    def refuse(self, finding: Finding) -> None:
        """Add a finding that costs the document; the twentieth ends the pass."""
        self.refusals.append(finding)
        if len(self.refusals) >= FINDINGS:
            raise StoppedError

    def refuse_duplicate(self, finding: Finding) -> None:
        """Add a finding about a key that is written twice.

        Those of one mapping are one finding; the twentieth ends the pass.
        """
        last = self.refusals[-1] if self.refusals else None
        if last and last.code == finding.code and parent(last.location.pointer) == parent(finding.location.pointer):
            related = (*last.related, Related("written twice as well", finding.location))
            self.refusals[-1] = last._replace(related=related)
            if len(related) >= FINDINGS:
                raise StoppedError
        else:
            self.refuse(finding)

    def stop(self, finding: Finding) -> StoppedError:
        """Add a finding after which reading cannot go on, and return the exception."""
        self.refusals.append(finding)
        return StoppedError()

    def warn(self, finding: Finding) -> None:
        """Add a finding that costs one value."""
        self.invalid.add(finding.location.pointer)
        if len(self.doubts) < FINDINGS:
            self.doubts.append(finding)

    def properties(self, event: Any, pointer: str) -> None:
        """Refuse an anchor and a tag.

        Workflows may have both, and the rules of SOPS may have anchors, because GitHub and SOPS support them.
        """
        if self.kind is Kind.WORKFLOW:
            return
        location = self.locate(event, pointer)
        if event.anchor is not None and self.kind is not Kind.SOPS_RULES:
            self.refuse(messages.ANCHOR.at(location))
        if event.tag is not None:
            self.refuse(messages.TAG.at(location))

    def odd_key(self, event: Any, location: Location) -> None:
        """Report a key that other parsers, or people, read differently."""
        text, plain = event.value, event.implicit[0]
        if plain and text == "<<":
            self.refuse(messages.MERGE_KEY.at(location))
        elif plain and CONSTANTS.get(text, "") is None:
            self.refuse(messages.NULL_KEY.at(location))
        elif not text.isascii():
            self.warn(messages.report_foreign_key(text, location))
        elif plain and not self.tolerates(text, location.pointer):
            value, disputed = resolve(text)
            if disputed or isinstance(value, bool):
                self.warn(messages.report_ambiguous_key(text, location))

    def report_ambiguous(self, text: str, span: Span, pointer: str) -> None:
        """Report a plain scalar that other parsers read as another value."""
        if not self.tolerates(text, pointer):
            self.warn(messages.report_ambiguous(text, self.locate(span, pointer)))

    def tolerates(self, text: str, pointer: str) -> bool:
        """Return True if an ambiguous scalar is accepted.

        Accepted are ``off`` and the like in the policy, all values that SOPS writes, and all scalars of a workflow.
        """
        if self.kind is Kind.WORKFLOW:
            return True
        return text in WORDS if self.kind is Kind.POLICY else pointer.startswith("/sops/")
