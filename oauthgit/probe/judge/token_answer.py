"""Judge an answer with a token (RFC 6749 section 5.1)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, jwt_claims
from oauthgit.probe.judge.error_codes import holds_piece
from oauthgit.probe.judge.judgement import Judgement, judge_accepted, judge_accepted_with_remarks, judge_rejected

_TYPES: Final = {
    name.lower(): name
    for name in ("Bearer", "BearerToken", "DPoP", "PoP", "mac", "N_A", "JWT", "JWTToken", "Basic", "Token")
}
"""The types that are shown; any other could be part of a secret that the server repeats."""
_BEARER: Final = {"Bearer", "BearerToken"}
_LONGEST_NUMBER: Final = 12
_LONGEST: Final = 1_000_000_000
"""Seconds: 30 years."""


class _Note(NamedTuple):
    words: str
    code: str = "OG909"
    setting: str = "token_endpoint"
    remedy: str = "The credentials work. Tell the server's operator if other clients depend on this."


def judge(answer: Answer, token: str, credential: Credential, introspected: Answer | None) -> Judgement:
    """Judge an answer with ``token``; ``introspected`` is its introspection, if any.

    The platform accepts bearer tokens only. The remark about missing scopes comes first, because they limit the use of the
    token. Introspection: RFC 7662.
    """
    scope, note = _scope(credential, granted_scopes(answer.fields(), token, introspected))
    return _judge(answer, credential, scope, note)


def judge_refreshed(answer: Answer, token: str, credential: Credential, before: list[str] | None) -> Judgement:
    """Judge the answer to a refresh token, with ``token``.

    ``before`` are the scopes of the first token, or None if they are unknown. An answer without scopes keeps them (RFC 6749
    section 6).
    """
    after = granted_scopes(answer.fields(), token, None)
    known = credential.scopes if before is None else tuple(scope for scope in credential.scopes if scope in before)
    scope, note = _scope(credential._replace(scopes=known), list(known) if after is None else after)
    return _judge(answer, credential, "scope kept" if note is None else scope, note)


def _judge(answer: Answer, credential: Credential, scope: str, note: "_Note | None") -> Judgement:
    fields = answer.fields()
    kind = fields.get("token_type")
    name = _TYPES.get(kind.lower()) if isinstance(kind, str) else None
    if kind is not None and name not in _BEARER:
        return judge_rejected(
            f"the token is {f'of the type {name}' if name else 'not a bearer token'}; the platform accepts bearer tokens only",
            "OG910",
            "token_endpoint",
            "Have the client registered for bearer tokens (token_type Bearer, RFC 6750).",
        )
    notes = [note] if note else []
    notes += _describe_format(answer)
    lifetime, note = _lifetime(_without_secret(fields.get("expires_in"), credential))
    notes += [note] if note and answer.object() is not None else []
    if kind is None:
        notes.append(_Note("token_type is missing"))
    elif name != "Bearer":
        remedy = (
            "Test the login once on the platform: it may not accept this type. Apigee sends it unless it is configured."
        )
        notes.append(_Note(f"token_type is {name}, not Bearer", remedy=remedy))
    if answer.status != 200:  # noqa: PLR2004 - OK (RFC 6749 section 5.1)
        notes.append(_Note(f"the status is {answer.status}, not 200"))
    if "no-store" not in answer.headers.get("cache-control", "").lower():
        notes.append(_Note("the answer may be cached (no Cache-Control: no-store)"))
    reason = ", ".join([lifetime, scope, *(note.words for note in notes if note.words)])
    if not notes:
        return judge_accepted(reason)
    judgement = judge_accepted_with_remarks(reason, notes[0].code, notes[0].setting, notes[0].remedy)
    lacks_scope = credential.grant == "client_credentials" and not credential.scopes
    return judgement._replace(connector_status=-3 if lacks_scope else 0)


def _without_secret(seconds: object, credential: Credential) -> object:
    """Return a lifetime, or None if it repeats a piece of a secret that has digits."""
    shown = isinstance(seconds, int | float | str) and len(str(seconds)) <= _LONGEST_NUMBER
    return seconds if shown and not holds_piece(str(seconds), credential) else None


def _describe_format(answer: Answer) -> list[_Note]:
    """Return the remark about a token that is no JSON, or not declared as JSON."""
    remedy = "Test the login once on the platform: a token answer must be application/json (RFC 6749 section 5.1)."
    if answer.object() is None:
        return [_Note("the token came form-encoded, not as JSON", remedy=remedy)]
    if answer.media_type != "application/json" and not answer.media_type.endswith("+json"):
        return [_Note("the media type of the answer is not application/json", remedy=remedy)]
    return []


def returns_scope(answer: Answer, token: str) -> bool:
    """Return True if an answer, or the token in it, states the granted scopes."""
    return granted_scopes(answer.fields(), token, None) is not None


def granted_scopes(fields: Mapping[str, Any], token: str, introspected: Answer | None) -> list[str] | None:
    """Return the granted scopes, or None if they are unknown.

    The first source that states them is used: the answer, the token's claims, the introspection.
    """
    granted = _tokens(fields.get("scope"))
    if granted is None:
        claims = jwt_claims(token)
        granted = _tokens(claims.get("scope", claims.get("scp")))
    if granted is None and introspected is not None:
        quoted = introspected.object() or {}
        granted = _tokens(quoted.get("scope")) if quoted.get("active") is True else None
    return granted


def _scope(credential: Credential, granted: list[str] | None) -> tuple[str, _Note | None]:
    requested = credential.scopes
    if not requested and credential.grant != "client_credentials":
        return "no scope requested", None
    if not requested:
        return "no scope requested", _Note(
            "the platform's server login connector requires one (status -3)",
            setting="scopes",
            remedy="Set scopes to those that the application needs.",
        )
    if granted is None:
        return "scope unverified", _Note(
            "",
            setting="scopes",
            remedy="The server does not state the granted scopes. Set introspection_endpoint if the server has one, or call "
            "the API once with such a token to be sure.",
        )
    missing = [scope for scope in requested if scope not in granted]
    if missing:
        return f"without scope {' '.join(missing)}", _Note(
            "",
            "OG911",
            "scopes",
            "Have the missing scopes allowed for the client, or remove them from scopes.",
        )
    return "scope as requested", None


def _tokens(scope: object) -> list[str] | None:
    if isinstance(scope, str):  # some servers separate by commas in answers only (GitHub)
        return [*scope.split(), *(word.strip() for word in scope.split(","))]
    return [word for word in scope if isinstance(word, str)] if isinstance(scope, list) else None


def _lifetime(seconds: object) -> tuple[str, _Note | None]:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 1 <= seconds < _LONGEST:
        whole = int(seconds) == seconds
        return f"token for {int(seconds)} s", None if whole else _Note(f"expires_in is {seconds}, not a whole number")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and abs(seconds) < _LONGEST:
        return "token", _Note(f"expires_in is {seconds}, so the platform may take the token for expired")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds):  # noqa: PLR2004 - 30 years
        return f"token for {int(seconds)} s", _Note("expires_in is text, not a number")
    return "token", _Note("expires_in is missing or not a lifetime")
