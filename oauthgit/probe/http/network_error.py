"""Convert exceptions of the network layer to failures."""

import ssl
from collections.abc import Iterator

import httpcore

from oauthgit.probe.answer import Failure

# Numbers of OpenSSL (x509_vfy.h): not yet valid, expired, another name, another address.
_CERTIFICATES = {
    9: Failure.CERTIFICATE_EXPIRED,
    10: Failure.CERTIFICATE_EXPIRED,
    62: Failure.CERTIFICATE_OTHER_HOST,
    64: Failure.CERTIFICATE_OTHER_HOST,
}
_NOT_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
_CONTROL_BYTE_FIRST = "illegal request line"
_KINDS = {
    httpcore.ProxyError: Failure.PROXY,
    httpcore.ConnectTimeout: Failure.CONNECT_TIMEOUT,
    httpcore.TimeoutException: Failure.TIMEOUT,
    httpcore.ConnectError: Failure.TLS,
    httpcore.NetworkError: Failure.BROKEN_OFF,
}


def failure(error: Exception, *, plain: bool) -> Failure:
    """Return the failure for an exception of httpcore.

    ``plain`` is True if the request was sent over http.
    """
    for cause in _causes(error):
        if found := _of_cause(cause):
            return found
    if isinstance(error, httpcore.ProtocolError):
        return _of_protocol(str(error), plain=plain)
    return next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)


def _of_cause(cause: BaseException) -> Failure | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return _CERTIFICATES.get(cause.verify_code, Failure.CERTIFICATE_UNTRUSTED)
        case ssl.SSLError():
            return Failure.WRONG_SCHEME if cause.reason in _NOT_TLS else Failure.TLS
        case ConnectionResetError() | BrokenPipeError():
            return Failure.BROKEN_OFF
        case OSError() if not isinstance(cause, TimeoutError):
            return Failure.REFUSED
    return None


def _of_protocol(message: str, *, plain: bool) -> Failure:
    """Distinguish bytes that are not HTTP, a malformed header, and an early end.

    It depends on the messages of h11 and httpcore. An answer over http that begins with a control byte is the alert of a
    port that expects TLS.
    """
    if plain and _CONTROL_BYTE_FIRST in message:
        return Failure.WRONG_SCHEME
    if "without sending" in message:
        return Failure.BROKEN_OFF
    return Failure.MALFORMED_HEADER if "header line" in message else Failure.NOT_HTTP


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__
