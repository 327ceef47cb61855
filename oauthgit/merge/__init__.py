"""Merge the layers of every target into its effective settings.

Each value keeps its origin. Findings: OG302, OG308 to OG310, OG313, OG520.
"""

from collections import ChainMap
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar, cast

from oauthgit.merge.fold import EMPTY, Fold, Layer, fold_layer
from oauthgit.merge.layer_patch import patch_of
from oauthgit.merge.origins import broken_links, list_layers, parent_of
from oauthgit.merge.server import MergeInputs, Servers, add_settings
from oauthgit.merge.size import find_oversized, model_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related, at_most
from oauthgit.model.formats.json_pointer import child, join, split
from oauthgit.model.layered import MANY, Layered
from oauthgit.model.settings import LayerReference, Setting, Settings, Stated
from oauthgit.model.workspace import LAYERS, Kind

__all__ = ["MergeInputs", "merge", "parent_of"]

_Value = TypeVar("_Value")

_SERVERS = join("oauth_servers")
_UNKNOWN, _NAMES = 20, 500
"""For so many unknown servers of a file, or orphans, among so many names, a similar one is looked for: it takes long for more."""


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
    findings = broken_links(layers, known)
    orphans = [document for layer, document in secrets.items() if layer not in known]
    findings += [_orphan(document, known if number < _UNKNOWN else {}) for number, document in enumerate(orphans)]
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
    findings += folds.findings
    troubled = {found.location.file for found in findings} | {each.file for each in documents if each.invalid}
    if troubled:
        wrong = {each.file: each.invalid for each in documents if each.invalid}
        dropped: dict[tuple[str, ...], frozenset[str]] = {}
        merged = [_mark_validity(each, troubled, wrong, dropped) for each in merged]
    return merged, list({(finding.code, finding.location): finding for finding in findings}.values())


class _Folds:
    """Fold layers, each chain once, and collect the findings about their servers."""

    def __init__(
        self, layers: Mapping[str, Document], secrets: Mapping[str, Document], policy: Mapping[str, Any]
    ) -> None:
        self.findings: list[Finding] = []
        self._layers = layers
        self._secrets = secrets
        self._policy = policy
        self._folds: dict[str, Fold] = {}
        self._named: dict[str, frozenset[str]] = {}

    def up_to(self, document: Document) -> Fold:
        """Return the fold up to a layer and its secrets."""
        layer = document.layer
        if layer not in self._folds:
            parent = parent_of(document)
            below = self.up_to(self._layers[parent]) if parent else EMPTY
            named = self._named[parent] if parent else frozenset()
            if document.kind is Kind.BRANCH:
                named |= (document.data.get("oauth_servers") or {}).keys() | _find_dropped(document)
            for part in filter(None, (document, self._secrets.get(layer))):
                patch = patch_of(part, self._policy)
                self.findings += _drop_invalid_servers(part, patch, below, self._layers, named)
                below = fold_layer(below, Layer(layer, patch, part))
            self._named[layer], self._folds[layer] = named, below
        return self._folds[layer]


def _mark_validity(
    settings: Settings,
    troubled: AbstractSet[str],
    wrong: Mapping[str, frozenset[str]],
    known: dict[tuple[str, ...], frozenset[str]],
) -> Settings:
    """Return settings with the pointers of the invalid values below their layers.

    ``known`` has the pointers by files, so that targets with the same files share one set.
    """
    files = [part.file for part in settings.chain]
    concerned = tuple(file for file in files if file in wrong)
    if concerned not in known:
        known[concerned] = frozenset().union(*(wrong[file] for file in concerned))
    return settings._replace(is_valid=troubled.isdisjoint(files), dropped=known[concerned])


def _find_dropped(document: Document) -> set[str]:
    """Return the names of the servers that a branch states in an invalid way."""
    tokens = (split(pointer) for pointer in document.invalid)
    return {names[1] for names in tokens if len(names) > 1 and names[0] == "oauth_servers"}


def _drop_invalid_servers(
    document: Document, patch: dict[str, Any], below: Fold, layers: Mapping[str, Document], known: Collection[str]
) -> list[Finding]:
    """Drop the servers that a patch may not name, and report them.

    These are unknown servers, and servers that are null as a whole. ``known`` are the names in the branches below,
    valid or not.
    """
    findings = []
    servers = patch.get("oauth_servers", {})
    free = below.data.get("oauth_servers", {}).keys() - servers.keys()
    for name in list(servers):
        pointer = child(_SERVERS, name)
        if servers[name] is None:
            findings.append(
                Finding(
                    "OG310",
                    f"{name} is set to null as a whole, and the platform cannot take a server away from one target",
                    document.locate(pointer, key=True),
                    remedy="Remove the line, or reset single settings with null.",
                    related=_find_definition(below, pointer),
                )
            )
        elif document.kind is Kind.BRANCH or name in below.data.get("oauth_servers", {}):
            continue
        elif name not in known:
            import difflib

            near = len(findings) < _UNKNOWN and len(known) <= _NAMES
            close = difflib.get_close_matches(name, sorted(free), n=1) if near else []
            meant = f'; did you mean "{close[0]}"?' if close else ""
            branch = layers.get(parent_of(layers[document.layer]) or document.layer)
            findings.append(
                Finding(
                    "OG302",
                    f"{name} is overridden here, but no branch below {document.layer} defines it{meant}",
                    document.locate(pointer, key=True),
                    remedy=f"{f'Write {close[0]}' if close else 'Correct the name'}, or define the server in the branch.",
                    related=(Related("the branch's servers", branch.locate(_SERVERS, key=True)),) if branch else (),
                )
            )
        del servers[name]
    return at_most(findings)


def _orphan(document: Document, known: Mapping[str, str]) -> Finding:
    """Return the finding for a secrets file without a layer."""
    import difflib

    own = document.file.removesuffix(".secrets.yaml") + ".yaml"
    folder = own.rpartition("/")[0]
    beside = [file for file in known.values() if file.rpartition("/")[0] == folder] if len(known) <= _NAMES else []
    close = difflib.get_close_matches(own, beside, n=1, cutoff=0.9)
    meant = f", or rename this file if it belongs to {close[0]}" if close else ""
    return Finding(
        "OG520",
        f"there is no file of {document.layer} beside these secrets, so nothing uses them",
        document.locate(""),
        remedy=f"Name the layer {own}{meant}. Delete the secrets only if nothing runs with them any more.",
    )


def _find_definition(below: Fold, pointer: str) -> tuple[Related, ...]:
    definition = below.definitions.get(pointer)
    return (Related("defined", definition.location),) if definition and definition.location else ()


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
