"""Compare the effective values of a target, and rate the risk of each change."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from oauthgit.compare.advice import has_same_secret, is_encrypted_anew, note_of, unpinned_note
from oauthgit.compare.causes import Pair, cause_of, cause_of_server
from oauthgit.compare.environments import FindEnvironments, resembled_environment
from oauthgit.compare.equality import comparison_key, flatten_server
from oauthgit.model.difference import Change, Side
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.url import url_of
from oauthgit.model.risk import RANK, Risk
from oauthgit.model.settings import Settings

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
_OWN: Final = (*_URLS, "client_id")
"""Settings whose values usually differ between environments."""
_WIDER: Final = {"scopes": Risk.SCOPE, "grant_types": Risk.GRANT}


def changes_between(pair: Pair, environments: FindEnvironments) -> tuple[Change, ...]:
    """Return the changes to a target, the riskiest first."""
    return _sort((*_of_target(pair), *_of_servers(pair, environments)))


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
        Change(server, name, None, value, risk, note=unpinned_note(settings.target, server, value) if server else None)
        if added
        else Change(server, name, value, None, Risk.REMOVED)
        for server, name, value, risk in (*own, *servers)
    )


def _sort(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: RANK[change.risk]))


def _of_target(pair: Pair) -> Iterator[Change]:
    for name in _OF_TARGET:
        old, new = pair.was.data.get(name), pair.now.data.get(name)
        if old != new:
            yield Change("", name, old, new, _RISKS[name], cause_of(join(name), pair))


def _of_servers(pair: Pair, environments: FindEnvironments) -> Iterator[Change]:
    for server in dict.fromkeys((*pair.was.servers, *pair.now.servers)):
        old, new = pair.was.servers.get(server), pair.now.servers.get(server)
        before = None if old is None else flatten_server(old, pair.before)
        after = None if new is None else flatten_server(new, pair.after)
        if before is None or after is None:
            risk = Risk.SERVER if before is None else Risk.REMOVED
            own = _list_own(server, after or {}, pair.now)
            note = unpinned_note(pair.now.target, server, after or {})
            yield Change(server, "", before, after, risk, cause_of_server(server, pair), note, own=own)
        else:
            yield from _of_server(server, before, after, pair, environments)


def _of_server(
    server: str, old: Mapping[str, Any], new: Mapping[str, Any], pair: Pair, environments: FindEnvironments
) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if comparison_key(before) != comparison_key(after):
            stated = "client_secret" if name == "send_only_to" else name
            cause = cause_of(join("oauth_servers", server, *stated.split(".")), pair)
            resembles = resembled_environment(pair, name, after, environments) if name in _OWN else ""
            risk = _risk(name, old, new, resembles)
            yield Change(server, name, before, after, risk, cause, note_of(server, name, old, new, pair), resembles)


def _list_own(server: str, values: Mapping[str, Any], settings: Settings) -> frozenset[str]:
    """Return the settings of a server that the target's own layer states."""
    found = ((name, settings.settings.get(join("oauth_servers", server, *name.split(".")))) for name in values)
    return frozenset(name for name, setting in found if setting and setting.origin.layer == settings.target)


def _risk(name: str, old: Mapping[str, Any], new: Mapping[str, Any], resembles: str) -> Risk:
    before, after = old.get(name), new.get(name)
    is_wider = name in _WIDER and bool(set(after or ()) - set(before or ()))
    renewed = is_encrypted_anew(old.get("client_secret"), new.get("client_secret"))
    risks = (
        (Risk.SECRET, name == "send_only_to" and renewed and after is not None),  # a pin alone moves no secret
        (Risk.HOST, name in _URLS and after is not None and _host(before) != _host(after)),
        (Risk.OTHER_ENVIRONMENT, resembles),
        (Risk.ENDPOINT, name in _URLS),
        (Risk.CLIENT_ALONE, name == "client_id" and has_same_secret(old, new)),
        (Risk.PKCE, name == "require_pkce" and not after),
        (_WIDER.get(name, Risk.NONE), is_wider),
        (_RISKS.get(name, Risk.NONE), name in _RISKS),
        (Risk.UNSET, after is None),
    )
    return next((risk for risk, applies in risks if applies), Risk.NONE)


def _host(text: Any) -> object:
    """Return the host and port of a URL, or the text itself if it has none."""
    url = url_of(text)
    return (url.host, url.port) if url else text
