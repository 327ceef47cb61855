"""Read the error codes of servers, and select those that may be shown.

A server can repeat the sent secret in its answer, reversed, split or encoded in any way. Therefore only error codes from
registries and from the catalogue are shown.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from oauthgit.model.credential import Credential
from oauthgit.model.provider import Meaning, Provider, ProviderError
from oauthgit.probe.answer import Answer
from oauthgit.probe.redact import redact

_ERROR_PLACES: Final = ("errorCode", "error_code", "ErrorCode", "errcode", "error_reason")
"""Members that some servers use instead of ``error`` (Apigee, WeChat) or beside it (FusionAuth)."""
_OTHER_PLACES: Final = ("status", "code", *_ERROR_PLACES)
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
        "invalid_resource",  # Microsoft identity platform: reference of error codes
        *("unknown", "UNAUTHENTICATED", "INVALID_ARGUMENT", "NOT_FOUND", "PERMISSION_DENIED"),  # google.rpc.Code
    )
)
_OAUTH: Final = _REGISTERED - {"unknown", "UNAUTHENTICATED", "INVALID_ARGUMENT", "NOT_FOUND", "PERMISSION_DENIED"}
_NUMBER: Final = re.compile(r"(?:AADSTS)?[0-9]{1,8}")
"""Providers' own numbers. Entra's reference of error codes writes its own with AADSTS in front."""
_MOST_PARTS: Final = 2
"""The number of words in an error code; more words could spell a secret."""
_PIECE: Final = 6
"""The number of consecutive letters and digits, in common with a secret, that count as a piece of it."""
_OFFSETS: Final = ((0, 0), (1, 2), (2, 3))
"""Numbers of bytes before a text, and of the base64 characters that depend on them."""
_IGNORED: Final = re.compile(r"[^a-z0-9]")


class Reading(NamedTuple):
    """Hold the error of an answer.

    ``word`` is the server's error code, empty if there is none; it may contain a secret. ``meaning`` is the equivalent
    code of RFC 6749, ``entry`` the catalogue's entry for the error code.
    """

    word: str
    meaning: str
    entry: ProviderError | None = None


def read_error(answer: Answer, provider: Provider | None) -> Reading:
    """Return the error of an answer (RFC 6749 section 5.2).

    If there are several error codes, the most specific one in the catalogue decides.
    """
    fields = answer.fields()
    words, codes = _error_texts(fields), _elsewhere(fields)
    known = provider.errors if provider else {}
    special = next((word for word in (*codes, *words) if word in known), None)
    if special is None:
        others = (str(fields[key]) for key in _ERROR_PLACES if _is_code(fields, key) and str(fields[key]) != "0")
        word = next(iter((*words, *(code for code in codes if code in _STANDARD), *others)), "")
        number = _number(fields)
        return Reading(f"{word} {number}" if number and number != word and " " not in word else word, word)
    beside = bool(words) and words[0] not in {special, _UNKNOWN} and is_known(words[0], provider)
    shown = f"{words[0]} {special}" if beside else special
    return Reading(shown, known[special].means, known[special])


def signature(answer: Answer, sent: Sequence[Credential] = ()) -> tuple[int, tuple[str, ...], bool]:
    """Return the signature of an answer: status, error codes, and True for a token.

    Descriptions and words that are not codes are left out, because servers put identifiers and times into them. The
    secrets in ``sent`` are removed: otherwise a server that echoes secrets would give each of them its own answer.
    """
    fields = answer.fields()
    codes = (_code(word, sent) for word in (*_error_texts(fields), *_elsewhere(fields)))
    return answer.status, tuple(codes), answer.token() is not None


def _code(word: str, sent: Sequence[Credential]) -> str:
    word = redact(word, sent)
    return word if _CODE.fullmatch(word) else _UNKNOWN


def _error_texts(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the error codes in ``error``: a text, or the members of an object."""
    error = fields.get("error")
    if isinstance(error, Mapping):
        nested = [str(error[key]) for key in ("code", "type", "status") if isinstance(error.get(key), str | int)]
        return tuple(nested) or (_UNKNOWN,)
    if isinstance(error, str) or (isinstance(error, int) and not isinstance(error, bool)):
        return (str(error),) if error else ()
    return (_UNKNOWN,) if error else ()


def _elsewhere(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return error codes outside ``error``.

    Some servers add numbers there, or use other members instead.
    """
    others = (str(fields[key]) for key in _OTHER_PLACES if _is_code(fields, key))
    return tuple(dict.fromkeys((*_list_texts(fields), *others)))


def _number(fields: Mapping[str, Any]) -> str:
    """Return the provider's own number of an error, as its documentation writes it."""
    codes = fields.get("error_codes")
    number = next((str(code) for code in (codes if isinstance(codes, list) else ())[:1] if type(code) is int), "")
    described = str(fields.get("error_description", "")).startswith(f"AADSTS{number}:")
    number = f"AADSTS{number}" if described and number else number
    return number if _NUMBER.fullmatch(number) else ""


def _list_texts(fields: Mapping[str, Any]) -> Iterator[str]:
    codes = fields.get("error_codes")
    yield from (str(code) for code in (codes if isinstance(codes, list) else ())[:8] if isinstance(code, str | int))
    errors = fields.get("errors")
    for error in (errors if isinstance(errors, list) else ())[:8]:
        if isinstance(error, Mapping):
            yield from (str(error[key]) for key in ("errorType", "code") if isinstance(error.get(key), str | int))


def _is_code(fields: Mapping[str, Any], key: str) -> bool:
    return isinstance(fields.get(key), str | int) and not isinstance(fields[key], bool)


def is_known(word: str, provider: Provider | None) -> bool:
    """Return True for an error code in a registry or the catalogue, or a number."""
    known = word in _REGISTERED or _NUMBER.fullmatch(word) is not None
    return known or (provider is not None and word in provider.errors)


def is_oauth_error(meaning: str) -> bool:
    """Return True for an error code of OAuth."""
    return meaning in _OAUTH


def redact_error(word: str, provider: Provider | None, sent: Sequence[Credential], *, verbose: bool = False) -> str:
    """Return an error code in a form that may be shown.

    An unknown code is shown with ``verbose`` only, without the secrets in ``sent``. If a piece of a secret remains, only
    its length is shown.
    """
    parts = word.split(" ")
    known = len(parts) <= _MOST_PARTS and all(is_known(part, provider) for part in parts)
    numeric = known and any(map(_NUMBER.fullmatch, parts))  # a secret may consist of digits
    if not word or (known and not (numeric and any(holds_piece(word, credential) for credential in sent))):
        return redact(word, sent)
    length = f"an unknown error code ({len(word)} characters)"
    rest = redact(word, sent) if verbose else ""
    return f"{length}: {rest}" if rest and not any(holds_piece(rest, credential) for credential in sent) else length


def holds_piece(text: str, credential: Credential) -> bool:
    """Return True if ``text`` contains a piece of a secret.

    The piece may be reversed, in base64 or in hexadecimal; case is ignored.
    """
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
