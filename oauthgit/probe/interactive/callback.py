"""Read the answer of an authorization endpoint from an address of a browser."""

import hmac
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from oauthgit.model.formats.endpoint import Endpoint, parse_endpoint
from oauthgit.model.secret import Secret

MAX_ADDRESS: Final = 16 * 1024
"""The length of the longest address that is read."""

_MAX_FIELDS: Final = 50
_LONGEST_ERROR: Final = 64
_RESPONSE: Final = ("state", "iss", "code", "error")
_FRAGMENTS: Final = {"", "_=_"}
"""The fragments that are ignored: some servers append the second one to every redirect."""


class Expected(NamedTuple):
    """Hold the values that an answer must have.

    ``issuer`` is None if it is unknown. With ``needs_issuer``, the server states it in every answer (RFC 9207).
    """

    redirect_uri: str
    state: str
    issuer: str | None = None
    needs_issuer: bool = False


class Callback(NamedTuple):
    """Hold the answer to an authorization request: a code, or an error code.

    ``error`` is a text of the server, which may contain anything.
    """

    code: Secret | None
    error: str = ""


def read_callback(address: str, expected: Expected) -> Callback:
    """Return the answer in an address (RFC 6749 section 4.1.2).

    Raises:
        ValueError: It is not the answer to this authorization request. The message repeats nothing of the address.

    """
    address = address.strip()
    if len(address) > MAX_ADDRESS:
        raise ValueError(f"it has more than {MAX_ADDRESS:,} characters")
    if not address.isascii() or not address.isprintable() or " " in address:
        raise ValueError("it is no address: it contains a blank or another character that no address has")
    located, _, fragment = address.partition("#")
    base, _, query = located.partition("?")
    registered, _, own_query = expected.redirect_uri.partition("?")
    place = place_of(base)
    if place is None or place != place_of(registered):
        raise ValueError(f"it does not begin with the redirect URI {registered}")
    if fragment not in _FRAGMENTS:
        raise ValueError("it has a fragment (#...), but a code is in the query")
    return _read_fields(_split(query), _split(own_query), expected)


def place_of(url: str) -> tuple[Endpoint, str] | None:
    """Return scheme, host, port and path of a URL without a query, or None.

    A browser writes scheme and host in lower case, omits the usual port, and writes an empty path as ``/``.
    """
    try:
        endpoint = parse_endpoint(url)
    except ValueError:
        return None
    return endpoint, f"/{url.partition('://')[2].partition('/')[2]}"


def _split(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise ValueError(f"it has more than {_MAX_FIELDS} parameters") from None


def _read_fields(fields: list[tuple[str, str]], own: list[tuple[str, str]], expected: Expected) -> Callback:
    for each in own:
        if each not in fields:
            raise ValueError("it lacks the query of the redirect URI")
        fields.remove(each)
    values = {name: [value for key, value in fields if key == name] for name in _RESPONSE}
    for name, found in values.items():
        if len(found) > 1:
            raise ValueError(f"it has {name} more than once")
    state, issuer, code, error = ("".join(values[name]) for name in _RESPONSE)
    if not state:
        raise ValueError("it has no state, which the server must repeat (RFC 6749 section 4.1.2)")
    if not hmac.compare_digest(state.encode(), expected.state.encode()):
        raise ValueError("its state is not the one of this login")
    _check_issuer(issuer if values["iss"] else None, expected)
    if bool(code) == bool(error):
        raise ValueError("it has neither a code nor an error" if not code else "it has a code and an error")
    if not (code.isascii() and code.isprintable()):  # RFC 6749 appendix A.11
        raise ValueError("its code has characters that no code has")
    return Callback(Secret(code) if code else None, error[:_LONGEST_ERROR])


def _check_issuer(issuer: str | None, expected: Expected) -> None:
    """Check the issuer of an answer against mix-up (RFC 9207 section 2.4).

    Raises:
        ValueError: It is another one, or it is missing although the server states it.

    """
    if issuer is None and expected.needs_issuer:
        raise ValueError("it has no iss, which this server states in every answer (RFC 9207)")
    if issuer is not None and expected.issuer is not None and issuer != expected.issuer:
        raise ValueError("its iss is not the issuer in the settings: another server may have made it (RFC 9207)")
