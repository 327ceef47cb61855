"""Describe the outcome of a request: an answer over HTTP, or a failure."""

import base64
import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from oauthgit.model.formats.strict_json import read_json

UNAUTHORIZED: Final = 401
_LONGEST_VALUE: Final = 2048
_FORMS: Final = {"application/x-www-form-urlencoded", "text/plain"}
_ISSUED: Final = re.compile(r'"(access_token|refresh_token)"\s*:\s*"([^"\\]{1,8192})"')
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_BEARER_ERROR: Final = re.compile(r'\b(error)="([A-Za-z0-9_.-]{1,64})"')
"""The error in a challenge of the Bearer scheme (RFC 6750 section 3)."""


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
    MALFORMED_HEADER = auto()
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
        return re.split("[;,]", self.headers.get("content-type", ""), maxsplit=1)[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Return True for a web page, by its first character or its media type.

        JSON and forms with a token or an error are none, whatever their media type is.
        """
        if self.body.lstrip()[:1] == b"<":
            return True
        return self.media_type in {"text/html", "application/xhtml+xml"} and not self.fields()

    def header(self, name: str) -> str:
        """Return the beginning of a header's value, short enough for every pattern."""
        return self.headers.get(name, "")[:_LONGEST_VALUE]

    @property
    def challenges(self) -> frozenset[str]:
        """Return the authentication schemes that are demanded, in lower case.

        One header may have several challenges, each with parameters (RFC 9110 section 11.6.1).
        """
        bare = _QUOTED.sub("", self.header("www-authenticate"))
        words = (part.strip().partition(" ")[0].lower() for part in bare.split(","))
        return frozenset(word for word in words if word and "=" not in word)

    @property
    def wants_basic(self) -> bool:
        """Return True if this demands the Basic scheme (RFC 9110 section 11.6.1)."""
        return self.status == UNAUTHORIZED and "basic" in self.challenges

    def object(self) -> Mapping[str, Any] | None:
        """Return the JSON object in the body, or None if it is something else."""
        return _object(self.body) if self.whole else None

    def fields(self) -> Mapping[str, Any]:
        """Return the fields of a JSON object, of a form, or of a Bearer challenge.

        The content decides, not the media type: some servers send JSON as a web page, or a form as text. A form of another
        media type needs a name that OAuth defines.
        """
        found = self.object()
        if found is None and self.whole:
            form = dict(parse_qsl(self.body.decode(errors="replace"))) if len(self.body.split()) == 1 else {}
            found = form if self.media_type in _FORMS or {"access_token", "error"} & form.keys() else None
        return found or dict(_BEARER_ERROR.findall(self.header("www-authenticate")))

    def token(self, name: str = "access_token") -> str | None:
        """Return a token of a successful answer, or None (RFC 6749 section 5.1)."""
        found = self.fields()
        token = found.get(name)
        success = 200 <= self.status < 300 and not found.get("error")  # noqa: PLR2004 - Successful
        return token if success and isinstance(token, str) and token else None

    def issued(self, name: str) -> str | None:
        """Return a token of any answer, so that it can be revoked.

        It may stand beside an error, in a body that was cut, or in one that is no valid JSON.
        """
        token = self.fields().get(name)
        if token is None and self.object() is None:
            token = dict(_ISSUED.findall(self.body.decode(errors="replace"))).get(name)
        return token if isinstance(token, str) and token else None


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
