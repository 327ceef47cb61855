"""From files to effective settings: parse, validate, merge. No rule is asked here, and neither keys nor network are needed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from time import gmtime, strftime
from typing import Any, Final, NamedTuple, TypeVar

from oauthgit.discover import provider_file, provider_index
from oauthgit.discover.placing import unchecked
from oauthgit.merge import Ground, merge
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.provider_index import ProviderIndex, recognised
from oauthgit.model.schema import defaults, schema, server_defaults, server_settings
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import FOREIGN, LAYERS, TARGETS, File, Kind, Workspace
from oauthgit.parse import parse
from oauthgit.pipeline.engine.workers import parts, shared
from oauthgit.validate import validate

_Result = TypeVar("_Result")

FEW: Final = 64
"""With fewer files than these, one process is done before another has begun."""
PART: Final = 32
"""So many files, or targets, are one job."""

_OURS_ALONE = ("OG102", "OG103", "OG104", "OG107", "OG108")
"""What our own files may not do, and .sops.yaml may: its reader is sops, and anchors are common there."""


class Reading(NamedTuple):
    """What became of a file: its document, what of it is usable, and what is wrong with its text and with its shape."""

    document: Document | None
    of_text: list[Finding]
    usable: Document | None
    of_shape: list[Finding]


class Assembled(NamedTuple):
    """Files that were read, checked one by one, and merged; no rule was asked yet.

    ``readings`` are what became of each file, by path and content; ``raw`` the documents as they were written,
    ``documents`` the usable ones, ``findings`` those so far; the rest is as in :class:`Project`.
    """

    workspace: Workspace
    readings: Mapping[tuple[str, bytes], Reading]
    raw: Sequence[Document]
    documents: Sequence[Document]
    targets: Sequence[Settings]
    findings: list[Finding]
    policy: Mapping[str, Any]
    usable: bool
    today: str


def assembled(  # noqa: PLR0913 - each by its name
    workspace: Workspace,
    findings: Iterable[Finding],
    today: str | None = None,
    *,
    known: Mapping[tuple[str, bytes], Reading] | None = None,
    layers: Mapping[str, str] | None = None,
    most: int | None = None,
) -> Assembled:
    """Parse, check and merge files; ``findings`` are those of the reading. What is ``known`` of a file is not asked again.

    ``layers`` maps the ids of all layers to their files, where the workspace is a part of a larger one.

    Raises:
        TooManyServersError: The layers have more OAuth servers together than ``most``.

    """
    known = known or {}
    new = [file for file in workspace.files if (file.path, file.content) not in known]
    results = chain.from_iterable(runner(workspace)([partial(read, part) for part in parts(new, PART)]))
    made = {(file.path, file.content): reading for file, reading in zip(new, results, strict=True)}
    readings = {same: made.get(same) or known[same] for same in ((file.path, file.content) for file in workspace.files)}
    raw = [reading.document for reading in readings.values() if reading.document is not None]
    documents = [reading.usable for reading in readings.values() if reading.usable is not None]
    so_far = [*findings, *said_of(readings.values())]
    policy = policy_of(documents)
    today = today or day()
    index = _index()
    catalogue = _catalogue(documents, index)
    ground = Ground(_environments(), server_defaults(), server_settings(), catalogue, policy, today, index)
    targets, found = merge(documents, ground, layers or layers_of(workspace.files), most)
    policies = {file.path for file in workspace.files if file.kind is Kind.POLICY}
    usable = policies.isdisjoint(finding.location.file for finding in so_far)
    return Assembled(workspace, readings, raw, documents, targets, [*so_far, *found], policy, usable, today)


def day() -> str:
    """Return the present day in UTC (ISO 8601)."""
    return strftime("%Y-%m-%d", gmtime())


def layers_of(files: Iterable[File]) -> dict[str, str]:
    """Return the ids of the layers among files, with their paths."""
    return {file.layer: file.path for file in files if file.kind in LAYERS}


def said_of(readings: Iterable[Reading]) -> list[Finding]:
    """Return the findings of readings: first those of the text of all, then those of their shape."""
    readings = list(readings)
    of_text = chain.from_iterable(reading.of_text for reading in readings)
    return [*of_text, *chain.from_iterable(reading.of_shape for reading in readings)]


def runner(workspace: Workspace) -> Callable[[Sequence[Callable[[], _Result]]], list[_Result]]:
    """Return what runs jobs: several processes where there are many files."""
    return shared if len(workspace.files) >= FEW else _here


def _here(jobs: Sequence[Callable[[], _Result]]) -> list[_Result]:
    return [job() for job in jobs]


def policy_of(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the policy that ``documents`` state, its defaults filled in."""
    policy = defaults(schema(Kind.POLICY))
    for document in documents:
        if document.kind is Kind.POLICY:
            for name, value in document.data.items():
                policy[name] = policy[name] | value if name in {"smoke", "secrets"} else value
    return policy


def _environments() -> dict[Kind, str]:
    stated = {kind: defaults(schema(kind)).get("environment") for kind in TARGETS}
    return {kind: environment for kind, environment in stated.items() if environment}


def _catalogue(documents: Iterable[Document], index: ProviderIndex) -> dict[str, Document]:
    """Return the catalogue entries that the documents name, or that know one of their token endpoints.

    An entry is ours, so it is not checked again.
    """
    named = {
        name
        for document in documents
        if document.kind in LAYERS
        for server in (document.data.get("oauth_servers") or {}).values()
        if isinstance(server, dict)
        for name in (server.get("provider"), recognised(server.get("token_endpoint"), index))
    }
    entries = {name: catalogue_entry(name) for name in sorted(filter(None, named))}
    return {name: entry for name, entry in entries.items() if entry is not None}


@cache
def catalogue_entry(name: str) -> Document | None:
    """Return the catalogue's entry ``name``, read once; None if there is none."""
    file = provider_file(name)
    return None if file is None else parse(file)[0]


@cache
def _index() -> ProviderIndex:
    return provider_index()


def _is_ours(finding: Finding, kind: Kind) -> bool:
    """Tell whether what the parser found is our matter; a workflow that is no YAML is its own reader's."""
    if kind is Kind.WORKFLOW:
        return finding.code == "OG715"
    return kind is not Kind.SOPS_RULES or finding.code not in _OURS_ALONE


def read(files: Iterable[File]) -> list[Reading]:
    """Return what becomes of files: of each on its own, so that processes can share them."""
    readings = []
    for file in files:
        document, findings = parse(file)
        if document is None and file.kind is Kind.WORKFLOW:
            findings = [unchecked(file.path, findings[0].message, findings[0].location)]
        findings = [finding for finding in findings if _is_ours(finding, file.kind)]
        usable, more = (None, []) if document is None or file.kind in FOREIGN else validate(document)
        readings.append(Reading(document, findings, usable, more))
    return readings
