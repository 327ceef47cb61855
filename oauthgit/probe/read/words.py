"""The words in which servers report what went wrong, and which of them may be shown.

A server can put the secret that it was sent into its answer, reversed, split or encoded as it likes; what is shown of an
answer is therefore chosen from what registries and the catalogue know beforehand.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from oauthgit.model.credential import Credential
from oauthgit.model.provider import Meaning, Provider, ProviderError
from oauthgit.probe.answer import Answer
from oauthgit.probe.redact import redact

_OTHER_PLACES: Final = ("status", "code", "errorCode", "error_code")
_UNKNOWN: Final = "unknown"
_CODE: Final = re.compile(r"[A-Za-z0-9_.:*-]{1,64}")
_STANDARD: Final = frozenset(get_args(Meaning)) - {"wrong_endpoint"}
_REGISTERED: Final = frozenset(
    (
        # RFC 6749 sections 4.1.2.1, 4.2.2.1 and 5.2
        *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
        *("invalid_scope", "access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable"),
        *("invalid_token", "insufficient_scope"),  # RFC 6750 section 3.1
        "unsupported_token_type",  # RFC 7009 section 2.2.1
        # OpenID Connect Core section 3.1.2.6, and its companions on unmet and unsupported requests
        *("interaction_required", "login_required", "account_selection_required", "consent_required"),
        *("invalid_request_uri", "invalid_request_object", "request_not_supported", "request_uri_not_supported"),
        *("registration_not_supported", "unmet_authentication_requirements"),
        *("invalid_redirect_uri", "invalid_client_metadata"),  # RFC 7591 section 3.2.2
        *("invalid_software_statement", "unapproved_software_statement"),
        *("authorization_pending", "slow_down", "expired_token"),  # RFC 8628 section 3.5
        "invalid_target",  # RFC 8707 section 2
        "insufficient_user_authentication",  # RFC 9470 section 3
        "invalid_authorization_details",  # RFC 9396 section 5
        *("invalid_dpop_proof", "use_dpop_nonce"),  # RFC 9449 section 12.2
        "invalid_issuer",  # RFC 9101 and servers that follow it
        *("unknown", "UNAUTHENTICATED", "INVALID_ARGUMENT", "NOT_FOUND", "PERMISSION_DENIED"),  # google.rpc.Code
    )
)
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_MOST_PARTS: Final = 2
"""Words in one: more of them could spell something."""
_PIECE: Final = 6
"""So many letters and digits in a row, in common with a secret, are a piece of it."""
_OFFSETS: Final = ((0, 0), (1, 2), (2, 3))
"""Bytes in front of a text, and the characters of its base64 that they take part in."""
_IGNORED: Final = re.compile(r"[^a-z0-9]")


class Reading(NamedTuple):
    """What an answer says went wrong.

    ``word`` is the server's own, not yet fit to be shown, empty where it says nothing; ``meaning`` is the word of
    RFC 6749 that it stands for, ``entry`` what the catalogue knows of it.
    """

    word: str
    meaning: str
    entry: ProviderError | None = None


def read(answer: Answer, provider: Provider | None) -> Reading:
    """Return what an answer says went wrong (RFC 6749 section 5.2); the most special word that is known decides."""
    fields = answer.fields()
    words, codes = _words(fields), _elsewhere(fields)
    known = provider.errors if provider else {}
    special = next((word for word in (*codes, *words) if word in known), None)
    if special is None:
        word = next(iter((*words, *(code for code in codes if code in _STANDARD))), "")
        return Reading(word, word)
    beside = bool(words) and words[0] not in {special, _UNKNOWN} and is_known(words[0], provider)
    shown = f"{words[0]} {special}" if beside else special
    return Reading(shown, known[special].means, known[special])


def signature(answer: Answer, sent: Sequence[Credential] = ()) -> tuple[int, tuple[str, ...], bool]:
    """Return what tells one answer from another: status, error codes, and whether there is a token.

    Descriptions are no part of it, nor is a word that is no code: servers put identifiers and times into them. What was
    ``sent`` is taken out, for a server that echoes a secret would tell every secret from every other.
    """
    fields = answer.fields()
    codes = (_code(word, sent) for word in (*_words(fields), *_elsewhere(fields)))
    return answer.status, tuple(codes), answer.token() is not None


def _code(word: str, sent: Sequence[Credential]) -> str:
    word = redact(word, sent)
    return word if _CODE.fullmatch(word) else _UNKNOWN


def _words(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words in ``error``: a text, or the codes of an object."""
    error = fields.get("error")
    if isinstance(error, Mapping):
        nested = [str(error[key]) for key in ("code", "type", "status") if isinstance(error.get(key), str | int)]
        return tuple(nested) or (_UNKNOWN,)
    if isinstance(error, str):
        return (error,) if error else ()
    return (_UNKNOWN,) if error else ()


def _elsewhere(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return codes that stand in other places than ``error``: numbers beside it, or what some servers have instead."""
    others = (str(fields[key]) for key in _OTHER_PLACES if _is_code(fields, key))
    return tuple(dict.fromkeys((*_listed(fields), *others)))


def _listed(fields: Mapping[str, Any]) -> Iterator[str]:
    codes = fields.get("error_codes")
    yield from (str(code) for code in (codes if isinstance(codes, list) else ())[:8] if isinstance(code, str | int))
    errors = fields.get("errors")
    for error in (errors if isinstance(errors, list) else ())[:8]:
        if isinstance(error, Mapping):
            yield from (str(error[key]) for key in ("errorType", "code") if isinstance(error.get(key), str | int))


def _is_code(fields: Mapping[str, Any], key: str) -> bool:
    return isinstance(fields.get(key), str | int) and not isinstance(fields[key], bool)


def is_known(word: str, provider: Provider | None) -> bool:
    """Tell whether a server's word is registered, in the catalogue's entry of its provider, or a status of HTTP."""
    known = word in _REGISTERED or _STATUS.fullmatch(word) is not None
    return known or (provider is not None and word in provider.errors)


def show_word(word: str, provider: Provider | None, sent: Sequence[Credential], *, verbose: bool = False) -> str:
    """Return an error word as it may be shown; one that is not known only with ``verbose``, what was ``sent`` removed.

    Where a piece of a secret is left in it, its length is shown alone.
    """
    parts = word.split(" ")
    if not word or (len(parts) <= _MOST_PARTS and all(is_known(part, provider) for part in parts)):
        return redact(word, sent)
    length = f"an unknown error word ({len(word)} characters)"
    rest = redact(word, sent) if verbose else ""
    return f"{length}: {rest}" if rest and not any(_holds_piece(rest, credential) for credential in sent) else length


def _holds_piece(text: str, credential: Credential) -> bool:
    """Report whether ``text`` has a piece of a secret, forward or backward, in base64 or hexadecimal; case is no matter."""
    bare = _bare(text)
    for form in map(_bare, _spellings(credential.secret.reveal())):
        length = min(_PIECE, len(form))
        pieces = (form[at : at + length] for at in range(len(form) - length + 1) if length)
        if any(piece in bare for piece in pieces):
            return True
    return False


def _spellings(secret: str) -> Iterator[str]:
    for text in (secret, secret[::-1]):
        content = text.encode()
        encoded = [base64.b64encode(bytes(before) + content).decode()[taken:] for before, taken in _OFFSETS]
        for form in (text, content.hex(), *encoded):
            yield from (form, form[::-1])


def _bare(text: str) -> str:
    return _IGNORED.sub("", text.lower())
