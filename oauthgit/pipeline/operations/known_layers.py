"""Read the layers, defaults and catalogue that an import builds upon."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from oauthgit.discover.catalogue import provider_file, provider_index
from oauthgit.model.document import Document
from oauthgit.model.formats.provider_index import find_provider
from oauthgit.model.layer_plan import KnownLayer, Stated
from oauthgit.model.schema import server_defaults, server_settings
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.parse import parse
from oauthgit.pipeline.resolve import State
from oauthgit.platform.plan_layers import Known


def known_of(state: State) -> Known:
    """Return what is known besides the tables: layers, defaults and catalogue."""
    index = provider_index()

    @cache
    def provider_values(name: str) -> Stated:
        document = parse(file)[0] if (file := provider_file(name)) else None
        return flatten(document.data.get("oauth_server", {})) if document else {}

    order = []
    for name in server_settings():
        order += [f"{name}.request_refresh_token", f"{name}.prompt"] if name == "user_login" else [name]
    return Known(
        {
            document.layer: _known_layer(document)
            for document in state.documents.valid_documents
            if document.kind in LAYERS
        },
        flatten(server_defaults()),
        order,
        provider_values,
        lambda url: find_provider(url, index),
    )


def _known_layer(document: Document) -> KnownLayer:
    data = document.data
    parent = None
    if document.kind is not Kind.BRANCH:
        parent = f"{Kind.BRANCH.value}/{data.get('model')}/{data.get('branch')}"
    elif isinstance(data.get("origin"), str):
        parent = f"{Kind.BRANCH.value}/{data.get('model')}/{data['origin']}"
    members = {name: value for name, value in data.items() if isinstance(value, str)}
    servers = data.get("oauth_servers") or {}
    return KnownLayer(parent, members, {name: flatten(server or {}) for name, server in servers.items()})


def flatten(server: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by dotted names, with tuples for lists; secrets are left out."""
    found: dict[str, Any] = {}
    for name, value in server.items():
        if isinstance(value, Mapping) and name != "client_secret":
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        elif name == "user_login":
            found |= dict.fromkeys((f"{name}.request_refresh_token", f"{name}.prompt"))
        elif name != "client_secret":
            found[name] = tuple(value) if isinstance(value, list) else value
    return found
