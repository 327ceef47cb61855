"""Compare the effective values of a target, and rate the risk of each change."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from oauthgit.compare.causes import Pair, cause_of, cause_of_server
from oauthgit.compare.equality import comparison_key, flatten_server
from oauthgit.model.difference import Change, Risk, Side
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.url import url_of
from oauthgit.model.settings import SecretState, Settings

_OF_TARGET: Final = ("environment", "redirect_uri")
_URLS: Final = ("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
_RISKS: Final = {
    "client_secret": Risk.SECRET,
    "send_only_to": Risk.PIN,
    "token_endpoint_auth_method": Risk.AUTH_METHOD,
    "client_id": Risk.CLIENT,
    "redirect_uri": Risk.REDIRECT,
    "environment": Risk.ENVIRONMENT,
}
_WIDER: Final = {"scopes": Risk.SCOPE, "grant_types": Risk.GRANT}
_PINNED: Final = "the secret stays pinned as it was: smoke sends it there only after oauthgit secrets pin"
_ANEW: Final = "the whole file was encrypted anew, so all its secrets look new, even unchanged ones"


def changes_between(pair: Pair) -> tuple[Change, ...]:
    """Return the changes to a target, the riskiest first."""
    return _sort((*_of_target(pair), *_of_servers(pair)))


def changes_of(settings: Settings, side: Side, *, added: bool) -> tuple[Change, ...]:
    """Return the effective values of an added or removed target as changes.

    Each of its own settings and each server is one change.
    """
    own = [("", name, settings.data[name], Risk.NONE) for name in _OF_TARGET if name in settings.data]
    servers = [
        (server, "", flatten_server(setting_name, side), Risk.SERVER)
        for server, setting_name in settings.servers.items()
    ]
    return _sort(
        Change(server, name, None, value, risk) if added else Change(server, name, value, None)
        for server, name, value, risk in (*own, *servers)
    )


def _sort(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: list(Risk).index(change.risk)))


def _of_target(pair: Pair) -> Iterator[Change]:
    for name in _OF_TARGET:
        old, new = pair.was.data.get(name), pair.now.data.get(name)
        if old != new:
            yield Change("", name, old, new, _RISKS[name], cause_of(join(name), pair))


def _of_servers(pair: Pair) -> Iterator[Change]:
    for server in dict.fromkeys((*pair.was.servers, *pair.now.servers)):
        old, new = pair.was.servers.get(server), pair.now.servers.get(server)
        before = None if old is None else flatten_server(old, pair.before)
        after = None if new is None else flatten_server(new, pair.after)
        if before is None or after is None:
            risk = Risk.SERVER if before is None else Risk.NONE
            yield Change(server, "", before, after, risk, cause_of_server(server, pair))
        else:
            yield from _of_server(server, before, after, pair)


def _of_server(server: str, old: Mapping[str, Any], new: Mapping[str, Any], pair: Pair) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if comparison_key(before) != comparison_key(after):
            stated = "client_secret" if name == "send_only_to" else name
            cause = cause_of(join("oauth_servers", server, *stated.split(".")), pair)
            yield Change(server, name, before, after, _risk(name, before, after), cause, _note(name, old, new))


def _note(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    before, after = old.get(name), new.get(name)
    if name == "token_endpoint" and "send_only_to" in new:
        return _PINNED if comparison_key(old.get("send_only_to")) == comparison_key(new["send_only_to"]) else ""
    if isinstance(before, SecretState) and isinstance(after, SecretState):
        kept = before.reference[:2] == after.reference[:2] and before.reference.state == "encrypted"
        return _ANEW if kept and before.file and after.file and before.file != after.file else ""
    return ""


def _risk(name: str, before: Any, after: Any) -> Risk:
    if name in _URLS:
        return Risk.ENDPOINT if after is None or _host(before) == _host(after) else Risk.HOST
    if name in _WIDER:
        return _WIDER[name] if set(after or ()) - set(before or ()) else Risk.NONE
    if name == "require_pkce":
        return Risk.NONE if after else Risk.PKCE
    return _RISKS.get(name, Risk.NONE)


def _host(text: Any) -> object:
    """Return the host and port of a URL, or the text itself if it has none."""
    url = url_of(text)
    return (url.host, url.port) if url else text
