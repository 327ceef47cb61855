"""Merge the layers of every target into its effective settings.

Each value keeps its origin. Findings: OG302, OG308 to OG310, OG313, OG520.
"""

from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar, cast

from oauthgit.merge.fold import EMPTY, Fold, Layer, fold_layer
from oauthgit.merge.layer_patch import patch_of
from oauthgit.merge.links import Consequence, broken_links
from oauthgit.merge.origins import list_layers, parent_of
from oauthgit.merge.overrides import Names, drop_servers
from oauthgit.merge.server import MergeInputs, Servers, add_settings
from oauthgit.merge.size import find_oversized, model_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.layered import MANY, Layered
from oauthgit.model.location import Location
from oauthgit.model.settings import LayerReference, Setting, Settings, Stated
from oauthgit.model.workspace import LAYERS, Kind

__all__ = ["MergeInputs", "merge", "parent_of"]

_Value = TypeVar("_Value")

_UNKNOWN, _NAMES = 20, 500
"""For so many orphans of a folder, among so many names, a similar one is looked for: it takes long for more."""


def merge(
    documents: Sequence[Document], ground: MergeInputs, known: Mapping[str, str], most: int | None = None
) -> tuple[list[Settings], list[Finding]]:
    """Return the effective settings of every layer, and the findings of merging.

    ``documents`` are valid layers and secrets files. ``known`` maps the ids of all layers to their files, invalid ones
    included, so that these are not reported as unknown. A layer with a broken chain of branches has no settings.

    Raises:
        TooManyServersError: The layers have more OAuth servers together than ``most``.

    """
    layers = {document.layer: document for document in documents if document.kind in LAYERS}
    secrets = {document.layer: document for document in documents if document.kind is Kind.SECRETS}
    broken = broken_links(layers, secrets, known)
    findings = _group(broken, layers)
    reported = {*known, *(each.cause for each in broken)}
    orphans = [document for layer, document in secrets.items() if layer not in reported]
    findings += _report_orphans(orphans, known)
    folds = _Folds(layers, secrets, ground.policy)
    merged = []
    branches = {layer: document for layer, document in layers.items() if document.kind is Kind.BRANCH}
    servers = Servers(ground)
    chains = {layer: (document, list_layers(document, branches)) for layer, document in layers.items()}
    whole = {layer: (document, chain) for layer, (document, chain) in chains.items() if chain is not None}
    oversized, too_large = find_oversized(whole, most)
    findings += too_large
    for document, chain in whole.values():
        if model_of(document) not in oversized:
            settings, unknown = _merge_target(document, chain, folds.up_to(document), servers)
            merged.append(settings)
            findings += unknown
    for each in documents:
        folds.drop(each.layer, each.invalid)
    findings += _group(folds.found, layers)
    troubled = folds.dropped.keys() | {each.layer for each in folds.found}
    if findings or troubled:
        dropped: dict[tuple[str, ...], frozenset[str]] = {}
        merged = [_mark_validity(each, troubled, folds.dropped, dropped) for each in merged]
    return merged, list({(finding.code, finding.location): finding for finding in findings}.values())


class _Folds:
    """Fold layers, each chain once, and collect the findings about their servers.

    ``dropped`` has the pointers that are unknown for this reason, by layer.
    """

    def __init__(
        self, layers: Mapping[str, Document], secrets: Mapping[str, Document], policy: Mapping[str, Any]
    ) -> None:
        self.found: list[Consequence] = []
        self.dropped: dict[str, frozenset[str]] = {}
        self._layers = layers
        self._secrets = secrets
        self._policy = policy
        self._folds: dict[str, Fold] = {}
        self._named: dict[str, Names] = {}

    def up_to(self, document: Document) -> Fold:
        """Return the fold up to a layer and its secrets."""
        layer = document.layer
        if layer not in self._folds:
            parent = parent_of(document)
            below = self.up_to(self._layers[parent]) if parent else EMPTY
            named = self._named[parent] if parent else Names()
            if document.kind is Kind.BRANCH:
                named = named.add(document)
            for part in filter(None, (document, self._secrets.get(layer))):
                patch = patch_of(part, self._policy)
                found = drop_servers(part, patch, below, self._layers, named)
                root = self._root_of(layer)
                self.found += (Consequence(_cause(root, each), layer, each) for each in found.findings)
                self.drop(layer, found.pointers)
                self.drop(root, found.everywhere)
                below = fold_layer(below, Layer(layer, patch, part))
            self._named[layer], self._folds[layer] = named, below
        return self._folds[layer]

    def drop(self, layer: str, pointers: frozenset[str]) -> None:
        """Add pointers that are unknown in a layer."""
        if pointers:
            self.dropped[layer] = self.dropped.get(layer, frozenset()) | pointers

    def _root_of(self, layer: str) -> str:
        """Return the lowest branch below a layer, whose chain is whole."""
        while parent := parent_of(self._layers[layer]):
            layer = parent
        return layer


def _mark_validity(
    settings: Settings,
    troubled: AbstractSet[str],
    wrong: Mapping[str, frozenset[str]],
    known: dict[tuple[str, ...], frozenset[str]],
) -> Settings:
    """Return settings with the pointers of the invalid values in their layers.

    ``known`` has the pointers by layers, so that targets with the same layers share one set.
    """
    concerned = tuple(part.layer for part in settings.chain if part.layer in wrong)
    if concerned not in known:
        known[concerned] = frozenset().union(*(wrong[layer] for layer in concerned))
    is_valid = not settings.dropped and troubled.isdisjoint(part.layer for part in settings.chain)
    dropped = known[concerned] | settings.dropped if settings.dropped else known[concerned]
    return settings._replace(is_valid=is_valid, dropped=dropped)


def _group(found: Sequence[Consequence], layers: Mapping[str, Document]) -> list[Finding]:
    if not found:
        return []
    from oauthgit.merge.groups import group

    return group(found, layers)


def _cause(root: str, finding: Finding) -> tuple[str, str, Location | None]:
    """Return the cause of a finding about a server.

    The same unknown server in all layers on one root branch has one cause.
    """
    return root, finding.location.pointer, None if finding.code == "OG302" else finding.location


def _report_orphans(orphans: Sequence[Document], known: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each secrets file without a layer."""
    seen: Counter[str] = Counter()
    for document in orphans:
        folder = document.file.rpartition("/")[0]
        seen[folder] += 1
        yield _orphan(document, folder, known if seen[folder] <= _UNKNOWN else {})


def _orphan(document: Document, folder: str, known: Mapping[str, str]) -> Finding:
    import difflib

    own = document.file.removesuffix(".secrets.yaml") + ".yaml"
    beside = [file for file in known.values() if file.rpartition("/")[0] == folder] if len(known) <= _NAMES else []
    close = difflib.get_close_matches(own, beside, n=1, cutoff=0.9)
    meant = f", or rename this file if it belongs to {close[0]} and that has no secrets yet" if close else ""
    return Finding(
        "OG520",
        f"there is no file of {document.layer} beside these secrets, so nothing uses them",
        document.locate(""),
        remedy=f"Name the layer {own}{meant}. Delete the secrets only if nothing runs with them any more.",
    )


def _merge_target(
    document: Document, chain: Sequence[Document], stated: Fold, servers: Servers
) -> tuple[Settings, list[Finding]]:
    """Merge the folded layers with the catalogue and the defaults.

    A null in a layer brings the value below it back.
    """
    ground = servers.inputs
    together = servers.merge_servers(stated)
    environment = ground.environments.get(document.kind)
    base = EMPTY if environment is None else fold_layer(EMPTY, Layer("default", {"environment": environment}))
    data: dict[str, Any] = {"oauth_servers": {}} if together.data else {}
    data |= base.data
    data |= stated.data
    data["oauth_servers"] = together.data
    own: dict[str, Setting] = {}
    for key, value in data.items():
        if key != "oauth_servers":
            add_settings({key: value}, "", stated, base, own)
    return (
        Settings(
            target=document.layer,
            kind=document.kind,
            model=model_of(document),
            branch=document.identity.get("branch") or document.data.get("branch", ""),
            environment=data.get("environment"),
            place=Stated(document.file, document.marks, join("kind"), key=True),
            data=data,
            settings=_join(together.settings, own),
            definitions=_join(together.definitions, stated.definitions),
            resets=servers.resets(stated.history),
            chain=tuple(LayerReference(part.layer, part.file) for part in (*chain, document)),
            providers=together.providers,
            policy=ground.policy,
            today=ground.today,
            known_hosts=servers.known_hosts,
            dropped=together.unknown,
        ),
        list(together.findings),
    )


def _join(below: Mapping[str, _Value], above: Mapping[str, _Value]) -> Mapping[str, _Value]:
    """Return two mappings as one; large ones are layered, not copied."""
    if len(below) + len(above) < MANY:
        return {**below, **above}
    if len(above) < MANY:
        return Layered(below, above)
    return ChainMap(cast("MutableMapping[str, _Value]", above), cast("MutableMapping[str, _Value]", below))
