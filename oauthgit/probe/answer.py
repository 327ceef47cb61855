"""Describe the outcome of a request: an answer over HTTP, or a failure."""

import base64
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from oauthgit.model.formats.strict_json import read_json


class Failure(Enum):
    """Describe the reasons for a request without an answer."""

    NAME_NOT_FOUND = auto()
    ADDRESS_NOT_ALLOWED = auto()
    REFUSED = auto()
    CONNECT_TIMEOUT = auto()
    TIMEOUT = auto()
    CERTIFICATE_EXPIRED = auto()
    CERTIFICATE_OTHER_HOST = auto()
    CERTIFICATE_UNTRUSTED = auto()
    TLS = auto()
    WRONG_SCHEME = auto()
    BROKEN_OFF = auto()
    NOT_HTTP = auto()
    PROXY = auto()
    INTERRUPTED = auto()


class Answer(NamedTuple):
    """Represent an answer over HTTP.

    Names of ``headers`` are in lower case. ``body`` has at most 64 KiB; ``whole`` is False if it was cut there.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True

    @property
    def media_type(self) -> str:
        """Return the media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Return True for a web page, by its media type or its first character."""
        return self.media_type in {"text/html", "application/xhtml+xml"} or self.body.lstrip()[:1] == b"<"

    @property
    def wants_basic(self) -> bool:
        """Return True if this demands the Basic scheme (RFC 9110 section 11.6.1)."""
        return self.status == 401 and self.headers.get("www-authenticate", "").lower().startswith("basic")  # noqa: PLR2004 - Unauthorized

    def object(self) -> Mapping[str, Any] | None:
        """Return the JSON object in the body, or None if it is something else."""
        return _object(self.body) if self.whole else None

    def fields(self) -> Mapping[str, Any]:
        """Return the fields of a JSON object, or of a form.

        Some servers send errors as a form.
        """
        found = self.object()
        if found is None and self.media_type in {"application/x-www-form-urlencoded", "text/plain"}:
            return dict(parse_qsl(self.body.decode(errors="replace")))
        return found or {}

    def token(self, name: str = "access_token") -> str | None:
        """Return a token of a successful answer, or None (RFC 6749 section 5.1)."""
        found = self.object() or {}
        token = found.get(name)
        success = 200 <= self.status < 300 and not found.get("error")  # noqa: PLR2004 - Successful
        return token if success and isinstance(token, str) and token else None


def jwt_claims(token: str) -> Mapping[str, Any]:
    """Return the claims of a JSON Web Token, or an empty mapping for other text.

    The signature is not checked.
    """
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature (RFC 7519 section 3)
        return {}
    try:
        return _object(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) or {}
    except ValueError:
        return {}


def _object(text: bytes) -> Mapping[str, Any] | None:
    try:
        found = read_json(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
