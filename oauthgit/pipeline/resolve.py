"""Resolve files to effective settings: read them and merge with the catalogue.

No rules run, and neither keys nor network are needed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from oauthgit.discover.catalogue import provider_file, provider_index
from oauthgit.merge import MergeInputs, merge
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.provider_index import ProviderIndex, find_provider
from oauthgit.model.project import Evaluation
from oauthgit.model.schema import defaults, schema, server_defaults, server_settings
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import ANYWHERE, LAYERS, TARGETS, File, Kind, Workspace
from oauthgit.parse import parse
from oauthgit.pipeline.read import Documents, Given, Reading, layers_of, policy_of, read_documents, utc_today
from oauthgit.pipeline.stand_ins import known_layers, parents_of, unknown_secrets, unread_files

_RUNNING: Final = tuple(f"{kind}/" for kind in TARGETS)


class State(NamedTuple):
    """Hold files that were read and merged; ``unread`` are the findings of discovery."""

    workspace: Workspace
    documents: Documents
    targets: Sequence[Settings]
    policy: Mapping[str, Any]
    today: str
    unread: Sequence[Finding] = ()

    @property
    def policy_is_valid(self) -> bool:
        """Return True if the policy has no errors."""
        policies = {file.path for file in self.workspace.files if file.kind is Kind.POLICY}
        return policies.isdisjoint(finding.location.file for finding in (*self.unread, *self.documents.findings))


def resolve_workspace(
    workspace: Workspace,
    today: str | None = None,
    *,
    known: Mapping[tuple[str, bytes], Reading] | None = None,
    layers: Mapping[str, str] | None = None,
    most: int | None = None,
) -> State:
    """Read and merge the files of a workspace; reuse the readings in ``known``.

    ``layers`` maps the ids of all layers to their files, if the workspace is a part of a larger one.

    Raises:
        TooManyServersError: The layers together have more OAuth servers than ``most``.

    """
    documents = read_documents(workspace.files, known)
    policy = policy_of(documents.valid_documents)
    today = today or utc_today()
    targets, _ = resolve(documents, Given(policy, layers or layers_of(workspace.files), today), most)
    return State(workspace, documents, targets, policy, today)


def resolve(documents: Documents, given: Given, most: int | None = None) -> tuple[list[Settings], list[Finding]]:
    """Merge usable documents with the catalogue and the platform's defaults.

    Errors are those of :func:`resolve_workspace`.
    """
    index = _index()
    usable = documents.valid_documents
    catalogue = _catalogue(usable, index)
    platform = (_environments(), server_defaults(), server_settings())
    ground = MergeInputs(*platform, catalogue, given.policy, given.today, index)
    known = known_layers(documents, given.layers, given.unread)
    return merge([*unknown_secrets(documents, given.unread), *usable], ground, known, most)


def evaluation_of(state: State) -> Evaluation:
    """Return the evaluation of the files of a state without rules."""
    environments = {settings.target: settings.environment for settings in state.targets}
    parents = parents_of(state.documents, layers_of(state.workspace.files))
    servers = {settings.target: len(settings.servers) for settings in state.targets}
    return Evaluation((), parents, environments, servers)


def servers_by_target(whole: Evaluation) -> dict[str, int]:
    """Return the number of OAuth servers of each target that runs."""
    return {layer: number for layer, number in whole.servers.items() if layer.startswith(_RUNNING)}


def targets_by_file(files: Iterable[File], parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return the targets that use each file; an unused branch is listed for itself.

    A path may be that of several files, if it is not known which of them it is meant to be.
    """
    files = [file for file in files if not file.is_shared]
    kinds = {file.layer: file.kind for file in files if file.kind in LAYERS}
    using: dict[str, list[str]] = {}
    for target in (layer for layer, kind in kinds.items() if kind in TARGETS):
        for layer in chain_of(target, parents):
            using.setdefault(layer, []).append(target)
    found = {layer: tuple(names) for layer, names in using.items()}
    reached: dict[str, tuple[str, ...]] = {}
    for file in files:
        targets = found.get(file.layer) or (file.layer,)
        reached[file.path] = (*reached[file.path], *targets) if file.path in reached else targets
    return reached


def chain_of(layer: str, links: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a layer and its ancestor branches, the nearest first."""
    seen: set[str] = set()
    while layer not in seen:
        seen.add(layer)
        yield layer
        layer = links.get(layer) or layer


def layers_in(state: State) -> set[str]:
    """Return the ids of all layers of a state, including those of unreadable files."""
    return {file.layer for file in (*state.workspace.files, *_unread_files(state)) if file.kind in LAYERS}


def valid_targets(state: State) -> dict[str, Settings]:
    """Return the targets whose files were all read and whose values were all valid.

    A secret that cannot be read must not look like a removed secret.
    """
    usable = {document.file for document in state.documents.valid_documents if not document.invalid}
    secrets = (file for file in state.workspace.files if file.kind is Kind.SECRETS and file.path not in usable)
    wrong = {file.layer for file in (*secrets, *_unread_files(state))}
    return {
        settings.target: settings
        for settings in state.targets
        if settings.is_valid and wrong.isdisjoint(reference.layer for reference in settings.chain)
    }


def _unread_files(state: State) -> list[File]:
    """Return the files that were not read and whose layers are certain."""
    return [file for file in unread_files(state.workspace, state.unread) if not file.layer.startswith(ANYWHERE)]


def _environments() -> dict[Kind, str]:
    stated = {kind: defaults(schema(kind)).get("environment") for kind in TARGETS}
    return {kind: environment for kind, environment in stated.items() if environment}


def _catalogue(documents: Iterable[Document], index: ProviderIndex) -> dict[str, Document]:
    """Return the catalogue entries that documents name or token endpoints match.

    The catalogue is part of the package, so its entries are not checked again.
    """
    named = {
        name
        for document in documents
        if document.kind in LAYERS
        for server in (document.data.get("oauth_servers") or {}).values()
        if isinstance(server, dict)
        for name in (server.get("provider"), find_provider(server.get("token_endpoint"), index))
    }
    entries = {name: catalogue_entry(name) for name in sorted(filter(None, named))}
    return {name: entry for name, entry in entries.items() if entry is not None}


@cache
def catalogue_entry(name: str) -> Document | None:
    """Return the catalogue's entry ``name``, read once, or None."""
    file = provider_file(name)
    return None if file is None else parse(file)[0]


@cache
def _index() -> ProviderIndex:
    return provider_index()
