"""Complete keys and values: from the schema, the catalogue and the other files."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.catalogue import provider_names
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.lsp.comments import find_begun_code
from oauthgit.lsp.cursor import Cursor, find_cursor, read_keys
from oauthgit.lsp.view import View, lines_of
from oauthgit.model.formats.yaml_text import text_like
from oauthgit.model.schema import find_member, schema
from oauthgit.model.workspace import FOREIGN, LAYERS, File, Kind
from oauthgit.pipeline.resolve import catalogue_entry
from oauthgit.reference.rules import title
from oauthgit.report.text.layout import words

_SERVERS: Final = "oauth_servers"
_ENDPOINTS: Final = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
)
_SERVER: Final = 2
"""The number of keys in the path of a server."""
_KEYED: Final = re.compile(r"\w*+[ \t]*+:(?!\S)")
"""The rest of a key with its colon."""


class Item(NamedTuple):
    """Hold one completion: the label, its kind, details, and the text to write.

    ``kind`` is ``key``, ``value`` or ``reference``.
    """

    label: str
    kind: str
    detail: str = ""
    documentation: str = ""
    text: str = ""


class Completion(NamedTuple):
    """Hold completions, and how many characters before the cursor they replace."""

    items: Sequence[Item]
    replaced: int


def complete(view: View, file: File, line: int, column: int, *, with_schema: bool) -> Completion:
    """Return the completions at a place of a file, which may be broken.

    ``view`` may be older than ``file``. ``with_schema`` adds the keys and values of the schema.
    """
    lines = lines_of(file)
    own = lines[line - 1] if line <= len(lines) else ""
    begun = find_begun_code(own[: column - 1])
    if begun is not None:
        return Completion(_codes(), len(begun))
    cursor = find_cursor(lines, line, column)
    if cursor is None or file.kind in (*FOREIGN, Kind.SECRETS):
        return Completion((), 0)
    items = [*_references(view, file, lines, cursor)]
    if with_schema:
        items += _of_schema(file.kind, cursor)
    if file.path == f"{CONFIGS}/{POLICY}" and cursor.path == ("rules",) and not cursor.key:
        items += [item._replace(text=f"{item.label}: ") for item in _codes() if item.label not in cursor.siblings]
    is_keyed = cursor.is_quoted or _KEYED.match(own, column - 1) is not None
    first = {item.label: item._replace(text=_written(item, cursor, is_keyed=is_keyed)) for item in reversed(items)}
    return Completion(tuple(first.values())[::-1], len(cursor.word))


def _written(item: Item, cursor: Cursor, *, is_keyed: bool) -> str:
    """Return the text to write; a key has no colon if one follows, or a quote."""
    text = item.text or item.label
    if cursor.key:
        return item.label if cursor.is_quoted else f"{cursor.gap}{text}"
    if is_keyed:
        return item.label if cursor.is_quoted else text.rstrip(": ")
    return text


def _of_schema(kind: Kind, cursor: Cursor) -> Iterator[Item]:
    """Yield the keys of the mapping around the cursor, or the values of the key."""
    around = find_member(schema(kind), cursor.path)
    if not cursor.key:
        for name, member in around.get("properties", {}).items():
            if name not in cursor.siblings:
                inner = "object" in _types(member) and "string" not in _types(member)
                yield Item(name, "key", "", member.get("description", ""), f"{name}:" if inner else f"{name}: ")
        return
    member = find_member(around, (cursor.key, "0") if cursor.is_item else (cursor.key,))
    for choice in _choices(member):
        default = " (default)" if "default" in member and choice == member["default"] else ""
        yield Item(words(choice), "value", f"{cursor.key}{default}")


def _choices(member: Mapping[str, Any]) -> list[Any]:
    """Return the values that a schema lists, but null."""
    if "anyOf" in member:
        return [choice for each in member["anyOf"] for choice in _choices(each)]
    if "boolean" in _types(member):
        return [True, False]
    listed = member.get("enum", [member["const"]] if "const" in member else [])
    return [choice for choice in listed if choice is not None]


def _types(member: Mapping[str, Any]) -> Sequence[str]:
    types = member.get("type", ())
    return (types,) if isinstance(types, str) else types


def _references(view: View, file: File, lines: Sequence[str], cursor: Cursor) -> Iterator[Item]:
    """Yield names that other files define, and values of the catalogue."""
    top = {each.key: each.rest for each in read_keys(lines) if not each.path}
    if file.kind not in LAYERS:
        return
    if cursor.path == (_SERVERS,) and not cursor.key:
        yield from _servers_below(view, file, top, cursor)
    elif not cursor.path and cursor.key in {"model", "branch", "origin"}:
        yield from _names(view, file, top, cursor.key)
    elif len(cursor.path) >= _SERVER and cursor.path[0] == _SERVERS:
        yield from _of_catalogue(view, file, top, cursor)


def _below(file: File, top: Mapping[str, str]) -> str | None:
    """Return the branch below a layer as its text states it, or None."""
    model = file.identity.get("model") or top.get("model", "")
    branch = top.get("origin", "") if file.kind is Kind.BRANCH else file.identity.get("branch") or top.get("branch", "")
    return f"{Kind.BRANCH}/{model}/{branch}" if model and branch else None


def _servers_below(view: View, file: File, top: Mapping[str, str], cursor: Cursor) -> Iterator[Item]:
    below = _below(file, top)
    settings = view.settings_of(below) if below in view.project.parents and below else None
    for name, server in settings.servers.items() if settings else ():
        if name not in cursor.siblings:
            yield Item(
                name, "reference", f"defined by {below}", words(server.get("token_endpoint")), f"{text_like(name, '')}:"
            )


def _names(view: View, file: File, top: Mapping[str, str], key: str) -> Iterator[Item]:
    branches = [layer.split("/")[1:] for layer in view.project.parents if layer.startswith(f"{Kind.BRANCH}/")]
    model = file.identity.get("model") or top.get("model", "")
    if key == "model":
        yield from (_named(name, "model") for name in sorted({each[0] for each in branches}))
        return
    for owner, name in sorted(map(tuple, branches)):
        if owner == model and f"{Kind.BRANCH}/{owner}/{name}" != file.layer:
            yield _named(name, f"branch of {owner}")


def _named(name: str, detail: str) -> Item:
    return Item(name, "reference", detail, text=text_like(name, ""))


def _of_catalogue(view: View, file: File, top: Mapping[str, str], cursor: Cursor) -> Iterator[Item]:
    if cursor.key == "provider":
        yield from (Item(name, "reference", entry["title"]) for name, entry in _providers().items())
        return
    entry = _provider_of(view, file, top, cursor)
    if not entry:
        return
    named = f"of {entry['title']}"
    filled, example = entry.get("oauth_server", {}), entry.get("example", {})
    if cursor.key in _ENDPOINTS:
        texts = (part.get(cursor.key) for part in (filled, entry.get("endpoints", {}), example))
        yield from _items(texts, named)
    elif cursor.key == "scopes":
        requesting = (entry.get("refresh_token") or {}).get("scope")
        yield from _items((requesting, *filled.get("scopes", ()), *example.get("scopes", ())), named)
    elif cursor.key == "prompt":
        yield from _items(entry.get("prompts") or (), f"supported by {entry['title']}")


def _items(texts: Iterable[str | None], detail: str) -> Iterator[Item]:
    yield from (Item(text, "value", detail, text=text_like(text, "")) for text in dict.fromkeys(texts) if text)


def _provider_of(view: View, file: File, top: Mapping[str, str], cursor: Cursor) -> Mapping[str, Any]:
    """Return the catalogue's entry for the server around the cursor, or nothing.

    The server itself may name the provider, or a layer below it.
    """
    server = cursor.path[1]
    stated = cursor.siblings.get("provider", "") if len(cursor.path) == _SERVER else ""
    if stated:
        return _providers().get(stated, {})
    for layer in (file.layer, _below(file, top)):
        settings = view.settings_of(layer) if layer in view.project.parents and layer else None
        if settings and server in settings.providers:
            return settings.providers[server]
    return {}


@cache
def _providers() -> dict[str, Mapping[str, Any]]:
    entries = ((name, catalogue_entry(name)) for name in provider_names())
    return {name: entry.data for name, entry in entries if entry is not None}


@cache
def _codes() -> tuple[Item, ...]:
    loaded = (rules.load(code) for code in rules.modules())
    return tuple(Item(rule.code, "reference", f"{rule.severity.label}: {rule.name}", title(rule)) for rule in loaded)
