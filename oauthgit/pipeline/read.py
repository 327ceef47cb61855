"""Parse and validate files one by one, and build the context of their evaluation."""

from collections.abc import Iterable, Mapping, Sequence
from time import gmtime, strftime
from typing import Any, Final, NamedTuple

from oauthgit import lint, rules
from oauthgit.discover.layout import report_unchecked
from oauthgit.merge import size
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.schema import defaults, schema
from oauthgit.model.workspace import FOREIGN, LAYERS, File, Kind, Workspace
from oauthgit.parse import parse
from oauthgit.triage import OFF
from oauthgit.triage.unsuppressible import needed_when_disabled
from oauthgit.validate import validate

_OURS_ALONE: Final = ("OG102", "OG103", "OG104", "OG107", "OG108")
"""Codes that do not apply to .sops.yaml: sops reads it, and anchors are common there."""


_WHOLE_VALUE: Final = ("OG201", "OG202")
"""Codes of findings about a value as a whole."""
_INSIDE: Final = ("OG104", "OG113")
"""Codes of the parser that are not reported inside of such a value."""


class Reading(NamedTuple):
    """Hold one file as parsed, its usable part, and the findings of both."""

    document: Document | None
    valid_document: Document | None
    findings: Sequence[Finding]


class Documents(NamedTuple):
    """Hold the files that were read; ``readings`` maps path and content to each."""

    readings: Mapping[tuple[str, bytes], Reading]

    @property
    def raw(self) -> list[Document]:
        """Return the documents as written."""
        return [each.document for each in self.readings.values() if each.document is not None]

    @property
    def valid_documents(self) -> list[Document]:
        """Return the usable documents, without their invalid values."""
        return [each.valid_document for each in self.readings.values() if each.valid_document is not None]

    @property
    def unusable(self) -> list[str]:
        """Return the paths of the files that cannot be used."""
        return [path for (path, _), each in self.readings.items() if each.valid_document is None]

    @property
    def findings(self) -> list[Finding]:
        """Return the findings about single files."""
        return [finding for each in self.readings.values() for finding in each.findings]


class Given(NamedTuple):
    """Hold the values that the merge of every layer depends on.

    ``layers`` maps the ids of all layers to their files. ``today`` is an ISO date. ``unread`` are files that were found
    but not read.
    """

    policy: Mapping[str, Any]
    layers: Mapping[str, str]
    today: str
    unread: Sequence[File] = ()


class Context(NamedTuple):
    """Hold the values that the evaluation of every file depends on.

    ``shared`` are the documents that concern every layer, as written.
    """

    given: Given
    checks: lint.Checks
    shared: Sequence[Document]

    @property
    def policy(self) -> Mapping[str, Any]:
        """Return the policy with its defaults."""
        return self.given.policy

    @property
    def layers(self) -> Mapping[str, str]:
        """Return the ids of all layers, with their files."""
        return self.given.layers

    @property
    def today(self) -> str:
        """Return the ISO date of the run."""
        return self.given.today

    @property
    def most_servers(self) -> int:
        """Return how many OAuth servers the layers of a model have at most together."""
        return size.SERVERS


def read_documents(files: Iterable[File], known: Mapping[tuple[str, bytes], Reading] | None = None) -> Documents:
    """Parse and validate files, except those in ``known`` by path and content."""
    known = known or {}
    keys = ((file, (file.path, file.content)) for file in files)
    return Documents({key: known.get(key) or _read(file) for file, key in keys})


def _read(file: File) -> Reading:
    document, findings = parse(file)
    if document is None and file.kind is Kind.WORKFLOW:
        findings = [report_unchecked(file.path, findings[0].message, findings[0].location)]
    findings = [finding for finding in findings if _is_ours(finding, file.kind)]
    usable, more = (None, []) if document is None or file.kind in FOREIGN else validate(document)
    wrong = tuple(f"{finding.location.pointer}/" for finding in more if finding.code in _WHOLE_VALUE)
    findings = [each for each in findings if each.code not in _INSIDE or not each.location.pointer.startswith(wrong)]
    return Reading(document, usable, [*findings, *more])


def _is_ours(finding: Finding, kind: Kind) -> bool:
    """Return True if a finding of the parser applies to this kind of file.

    A workflow with invalid YAML is reported by GitHub.
    """
    if kind is Kind.WORKFLOW:
        return finding.code == "OG715"
    return kind is not Kind.SOPS_RULES or finding.code not in _OURS_ALONE


def context_of(
    shared: Documents, workspace: Workspace, today: str | None = None, unread: Sequence[File] = ()
) -> Context:
    """Return the context that the shared documents state; ``today`` is by default now."""
    policy = policy_of(shared.valid_documents)
    off = {code for code, word in policy["rules"].items() if word == OFF and not needed_when_disabled(code)}
    checks = lint.prepare([rule for rule in rules.with_checks() if rule.code not in off])
    given = Given(policy, layers_of(workspace.files), today or utc_today(), unread)
    return Context(given, checks, shared.raw)


def policy_of(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the policy that ``documents`` state, with defaults."""
    policy = defaults(schema(Kind.POLICY))
    for document in documents:
        if document.kind is Kind.POLICY:
            for name, value in document.data.items():
                policy[name] = policy[name] | value if name in {"platform", "smoke", "secrets"} else value
    return policy


def layers_of(files: Iterable[File]) -> dict[str, str]:
    """Return the paths of the layers among files, by id."""
    return {file.layer: file.path for file in files if file.kind in LAYERS}


def utc_today() -> str:
    """Return the current day in UTC (ISO 8601)."""
    return strftime("%Y-%m-%d", gmtime())
