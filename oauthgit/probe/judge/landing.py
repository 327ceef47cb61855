"""Read the answers of an authorization endpoint as a browser would see them."""

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.error_codes import read_error

_REFUSED: Final = {400, 404, 405, 410, 422}
_BUSY: Final = {429, 502, 503, 504, 520}
_PASSWORD: Final = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)
_ERROR: Final = re.compile(r"error|invalid|denied|unauthorized|fout", re.IGNORECASE)
_LONGEST_TITLE: Final = 200
_LONGEST_PART: Final = 8
"""The length from which a part of a path with a digit may be new for each request."""


class Landing(NamedTuple):
    """Hold where an authorization request led.

    ``kind`` is ``back`` (a redirect to the redirect URI), ``refused`` (an error, as status, page or redirect), ``shown``
    (another page or redirect, usually to a login), ``fault`` (an internal error) or ``busy``. ``error`` is the error code,
    empty if there is none. Equal answers have equal ``mark``.
    """

    kind: str
    status: int
    error: str = ""
    mark: tuple[object, ...] = ()


def read_landing(answer: Answer, redirect_uri: str) -> Landing:
    """Return where ``answer`` leads; ``redirect_uri`` is the one of the request."""
    status = answer.status
    if status in _BUSY:
        return Landing("busy", status)
    if status >= 500:  # noqa: PLR2004 - Server Error
        return Landing("fault", status, mark=("fault", status))
    if 300 <= status < 400:  # noqa: PLR2004 - Redirection
        return _read_redirect(answer, redirect_uri)
    error = read_error(answer, None).word
    title = _read_title(answer.body)
    form = bool(_PASSWORD.search(answer.body))
    refused = status in _REFUSED or bool(error) or (not form and _ERROR.search(title) is not None)
    kind = "refused" if refused else "shown"
    return Landing(kind, status, error, (kind, status, error, title, form))


def _read_redirect(answer: Answer, redirect_uri: str) -> Landing:
    try:
        to, registered = urlsplit(answer.header("location")), urlsplit(redirect_uri)
    except ValueError:
        return Landing("shown", answer.status, mark=("shown", "not a URL"))
    fields = dict(parse_qsl(f"{to.query}&{to.fragment}"))
    error = fields.get("error", "")
    if (to.scheme, to.netloc, to.path or "/") == (registered.scheme, registered.netloc, registered.path or "/"):
        return Landing("back", answer.status, error, ("back", error))
    refused = bool(error) or _ERROR.search(to.path) is not None
    kind = "refused" if refused else "shown"
    path = "/".join("*" if _is_variable(part) else part for part in to.path.split("/"))
    return Landing(kind, answer.status, error, (kind, to.netloc, path, error))


def _read_title(body: bytes) -> str:
    """Return the title of a page, in linear time."""
    start = body.lower().find(b"<title")
    begin = body.find(b">", start) + 1 if start >= 0 else 0
    text = body[begin : begin + _LONGEST_TITLE].partition(b"<")[0] if begin else b""
    return text.decode(errors="replace").strip()


def _is_variable(part: str) -> bool:
    return len(part) >= _LONGEST_PART and any(character.isdigit() for character in part)
