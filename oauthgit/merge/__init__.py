"""Fold the layers of every target into its effective settings, each value with its origin (OG302, OG308-OG310, OG313, OG520)."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.merge.lineage import broken_links, lineage, parent_of
from oauthgit.merge.patch import EMPTY, Fold, Layer, fold
from oauthgit.merge.says import patch_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related
from oauthgit.model.pointer import child, join, split
from oauthgit.model.provider_index import ProviderIndex, recognised
from oauthgit.model.settings import LayerReference, Origin, Setting, Settings
from oauthgit.model.workspace import LAYERS, Kind

__all__ = ["Ground", "merge", "parent_of"]

_SERVERS = join("oauth_servers")


class Ground(NamedTuple):
    """What lies below every layer: the platform's defaults of each kind and of a server, the catalogue, the policy.

    ``order`` names the settings of a server in the order in which they are read best, ``recognition`` says whose a
    token endpoint is that no ``provider`` stands beside.
    """

    environments: Mapping[Kind, str]
    server: Mapping[str, Any]
    order: Sequence[str]
    providers: Mapping[str, Document]
    policy: Mapping[str, Any]
    today: str = ""
    recognition: ProviderIndex = ProviderIndex({}, {})


def merge(
    documents: Sequence[Document], ground: Ground, known: Mapping[str, str]
) -> tuple[list[Settings], list[Finding]]:
    """Return the effective settings of every branch, runtime configuration and IAM application, and what is wrong.

    ``documents`` are valid layers and secrets files; ``known`` maps the ids of all layers to their files, unusable ones
    included, so that those are not called unknown. A layer whose chain of branches does not hold together has no
    settings.
    """
    layers = {document.layer: document for document in documents if document.kind in LAYERS}
    secrets = {document.layer: document for document in documents if document.kind is Kind.SECRETS}
    findings = broken_links(layers, known)
    findings += [_orphan(document) for layer, document in secrets.items() if layer not in known]
    folds: dict[str, Fold] = {}
    named: dict[str, frozenset[str]] = {}
    merged = []

    def folded(document: Document) -> Fold:
        """Return the fold up to a layer and its secrets; a branch is folded once for all that stand on it."""
        layer = document.layer
        if layer not in folds:
            parent = parent_of(document)
            below = folded(layers[parent]) if parent else EMPTY
            named[layer] = named[parent] if parent else frozenset()
            if document.kind is Kind.BRANCH:
                named[layer] |= (document.data.get("oauth_servers") or {}).keys()
                named[layer] |= _left_out(document)
            for part in filter(None, (document, secrets.get(layer))):
                patch = patch_of(part, ground.policy)
                findings.extend(_take_out_wrong_servers(part, patch, below, layers, named[layer]))
                below = fold(below, Layer(layer, patch, part))
            folds[layer] = below
        return folds[layer]

    branches = {layer: document for layer, document in layers.items() if document.kind is Kind.BRANCH}
    for document in layers.values():
        chain = lineage(document, branches)
        if chain is not None:
            settings, unknown = _settled(document, chain, folded(document), ground)
            merged.append(settings)
            findings += unknown
    troubled = {found.location.file for found in findings} | {each.file for each in documents if each.doubtful}
    wrong = {each.file: each.doubtful for each in documents}
    judged = []
    for each in merged:
        files = [part.file for part in each.chain]
        left_out = frozenset().union(*(wrong.get(file, ()) for file in files))
        judged.append(each._replace(sound=troubled.isdisjoint(files), left_out=left_out))
    return judged, _once(findings)


def _left_out(document: Document) -> set[str]:
    """Return the names of the servers that a branch speaks of in a way that cannot be used."""
    tokens = (split(pointer) for pointer in document.doubtful)
    return {names[1] for names in tokens if len(names) > 1 and names[0] == "oauth_servers"}


def _take_out_wrong_servers(
    document: Document, patch: dict[str, Any], below: Fold, layers: Mapping[str, Document], known: Collection[str]
) -> list[Finding]:
    """Take servers out of a patch that it may not name, and say so: unknown ones, and those set to null as a whole.

    ``known`` are the names that branches below speak of, well or badly.
    """
    findings = []
    servers = patch.get("oauth_servers", {})
    for name in list(servers):
        pointer = child(_SERVERS, name)
        place = document.locate(pointer, key=True)
        if servers[name] is None:
            findings.append(
                Finding(
                    "OG310",
                    f"{name} is set to null as a whole, and the platform cannot take a server away from one target",
                    place,
                    remedy="take the line out, or reset single settings with null",
                    related=_defined(below, pointer),
                )
            )
        elif document.kind is Kind.BRANCH or name in below.data.get("oauth_servers", {}):
            continue
        elif name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            meant = f'; did you mean "{close[0]}"?' if close else ""
            branch = layers.get(parent_of(layers[document.layer]) or document.layer)
            findings.append(
                Finding(
                    "OG302",
                    f"{name} is overridden here, but no branch below {document.layer} defines it{meant}",
                    place,
                    remedy="correct the name, or define the server in the branch",
                    related=(Related("the branch's servers", branch.locate(_SERVERS, key=True)),) if branch else (),
                )
            )
        del servers[name]
    return findings


def _orphan(document: Document) -> Finding:
    return Finding(
        "OG520",
        f"there is no file of {document.layer} beside these secrets, so nothing uses them",
        document.locate(""),
        remedy="rename the file like the layer it belongs to, or delete it",
    )


def _defined(below: Fold, pointer: str) -> tuple[Related, ...]:
    definition = below.definitions.get(pointer)
    return (Related("defined", definition.location),) if definition and definition.location else ()


def _settled(
    document: Document, chain: Sequence[Document], stated: Fold, ground: Ground
) -> tuple[Settings, list[Finding]]:
    """Lay what the layers state on top of the catalogue and the defaults; a null in a layer leaves those in force."""
    base, providers, findings = _base(stated, ground)
    environment = ground.environments.get(document.kind)
    if environment is not None:
        base = fold(base, Layer("default", {"environment": environment}))
    data = _overlay(base.data, stated.data)
    data["oauth_servers"] = {
        server: {name: values[name] for name in ground.order if name in values}
        for server, values in data.get("oauth_servers", {}).items()
    }
    settings: dict[str, Setting] = {}
    _settle(data, "", stated, base, settings)
    return (
        Settings(
            target=document.layer,
            kind=document.kind,
            model=document.identity.get("model") or document.data.get("model", ""),
            branch=document.identity.get("branch") or document.data.get("branch", ""),
            environment=data.get("environment"),
            location=document.locate(join("kind"), key=True),
            data=data,
            settings=settings,
            definitions={**base.definitions, **stated.definitions},
            resets={at: said for at, said in stated.history.items() if said[0].value is None},
            chain=tuple(LayerReference(part.layer, part.file) for part in (*chain, document)),
            providers=providers | _recognised(data["oauth_servers"], ground),
            policy=ground.policy,
            today=ground.today,
            known_hosts=ground.recognition.hosts,
        ),
        findings,
    )


def _base(stated: Fold, ground: Ground) -> tuple[Fold, dict[str, Mapping[str, Any]], list[Finding]]:
    """Return what every server starts from, the catalogue entries used, and a finding for each entry there is not."""
    base, providers, findings = EMPTY, {}, []
    for server, values in stated.data.get("oauth_servers", {}).items():
        base = fold(base, Layer("default", {"oauth_servers": {server: ground.server}}))
        provider = values.get("provider")
        entry = ground.providers.get(provider)
        if entry is not None:
            providers[server] = entry.data
            said = entry.data.get("oauth_server", {})
            base = fold(base, Layer(f"provider/{provider}", {"oauth_servers": {server: said}}))
        elif provider is not None:
            origin = stated.history[join("oauth_servers", server, "provider")][0]
            findings += _unknown_provider(server, origin)
    return base, providers, findings


def _recognised(servers: Mapping[str, Mapping[str, Any]], ground: Ground) -> dict[str, Mapping[str, Any]]:
    """Return the catalogue entries of the servers that name none and are known by their effective token endpoint."""
    entries = {}
    for server, values in servers.items():
        known = recognised(values.get("token_endpoint"), ground.recognition)
        entry = ground.providers.get(known) if known and values.get("provider") is None else None
        if entry is not None:
            entries[server] = entry.data
    return entries


def _unknown_provider(server: str, origin: Origin) -> list[Finding]:
    message = f'the catalogue has no provider "{origin.value}", so it fills nothing in for {server}'
    remedy = "oauthgit providers lists them; leave provider out for any other server"
    return [Finding("OG313", message, origin.location, remedy=remedy)] if origin.location else []


def _settle(data: Mapping[str, Any], pointer: str, stated: Fold, base: Fold, settings: dict[str, Setting]) -> None:
    for key, value in data.items():
        at = child(pointer, key)
        if isinstance(value, Mapping):
            _settle(value, at, stated, base, settings)
            continue
        said, below = stated.history.get(at, ()), base.history.get(at, ())
        origins = (*said, *below) if said and said[0].value is not None else below
        settings[at] = Setting(at, value, origins[0], origins[1:])


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = _overlay(old if isinstance(old, Mapping) else {}, value) if isinstance(value, Mapping) else value
    return result


def _once(findings: list[Finding]) -> list[Finding]:
    return list({(finding.code, finding.location): finding for finding in findings}.values())
