"""Judge an answer with a token (RFC 6749 section 5.1)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, jwt_claims
from oauthgit.probe.judge.judgement import Judgement, judge_accepted, judge_accepted_with_remarks, judge_rejected

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
    fields = answer.object() or {}
    kind = fields.get("token_type")
    if kind is not None and not (isinstance(kind, str) and kind.lower() == "bearer"):
        return judge_rejected(
            "the token is not a bearer token; the platform accepts no other type",
            "OG910",
            "token_endpoint",
            "Have the client registered for bearer tokens (token_type Bearer, RFC 6750).",
        )
    requested = credential.scopes
    scope, note = _scope(requested, _granted_scopes(fields, token, introspected))
    notes = [note] if note else []
    lifetime, note = _lifetime(fields.get("expires_in"))
    notes += [note] if note else []
    if kind is None:
        notes.append(_Note("token_type is missing"))
    if answer.status != 200:  # noqa: PLR2004 - OK (RFC 6749 section 5.1)
        notes.append(_Note(f"the status is {answer.status}, not 200"))
    if "no-store" not in answer.headers.get("cache-control", "").lower():
        notes.append(_Note("the answer may be cached (no Cache-Control: no-store)"))
    reason = ", ".join([lifetime, scope, *(note.words for note in notes if note.words)])
    if not notes:
        return judge_accepted(reason)
    judgement = judge_accepted_with_remarks(reason, notes[0].code, notes[0].setting, notes[0].remedy)
    return judgement._replace(connector_status=0 if requested else -3)


def returns_scope(answer: Answer, token: str) -> bool:
    """Return True if an answer, or the token in it, states the granted scopes."""
    return _granted_scopes(answer.object() or {}, token, None) is not None


def _granted_scopes(fields: Mapping[str, Any], token: str, introspected: Answer | None) -> list[str] | None:
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


def _scope(requested: tuple[str, ...], granted: list[str] | None) -> tuple[str, _Note | None]:
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
        return f"token for {int(seconds)} s", None if whole else _Note("expires_in is not a whole number")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds):  # noqa: PLR2004 - 30 years
        return f"token for {int(seconds)} s", _Note("expires_in is text, not a number")
    return "token", _Note("expires_in is missing or not a lifetime")
