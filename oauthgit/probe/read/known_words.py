"""Error words of a server that may be shown: those that registries and the catalogue know, for no other is sure to be one.

A server can put the secret that it was sent into its answer, reversed, split or encoded as it likes; what is shown of an
answer is therefore chosen from what is known beforehand.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.provider import Provider
from oauthgit.probe.redact import redact

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
