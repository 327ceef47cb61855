"""Match and fill templates of endpoints, such as ``https://<host>/realm/<realm>``."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import url_of

_PLACE = regex(r"<([^>,]+)[^>]*>")


def match_template(template: str, url: object) -> Mapping[str, str] | None:
    """Return the values of the placeholders of ``template`` in ``url``, or None.

    None means that the URL does not match. The name of a placeholder is its text up to a comma, such as ``tenant``
    in ``<tenant, by its id>``. The query is ignored. A repeated placeholder must have the same value.
    """
    return _match(template, url) if isinstance(url, str) else None


@lru_cache(maxsize=1024)
def _match(template: str, url: str) -> dict[str, str] | None:
    parts = url_of(url)
    if parts is None or parts.userinfo is not None:
        return None
    host = parts.host if parts.port in {None, 443} else f"{parts.host}:{parts.port}"
    pattern, names = _compile(template.partition("?")[0])
    match = pattern.fullmatch(f"{parts.scheme}://{host}{parts.path}")
    if match is None:
        return None
    found: dict[str, str] = {}
    for name, value in zip(names, match.groups(), strict=True):
        if found.setdefault(name, value) != value:
            return None
    return found


def fill(template: str, found: Mapping[str, str]) -> str:
    """Return ``template`` with values; placeholders without a value stay."""
    return _PLACE.sub(lambda place: found.get(place[1], place[0]), template)


def templates(entry: Mapping[str, Any], setting: str) -> list[str]:
    """Return the value of a URL in a catalogue entry, and its template."""
    stated = (entry.get("oauth_server", {}).get(setting), entry.get("endpoints", {}).get(setting))
    return [text for text in stated if isinstance(text, str)]


@cache
def _compile(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    text = "".join("([^/]+)" if at % 2 else re.escape(part) for at, part in enumerate(_PLACE.split(template)))
    return re.compile(text), tuple(_PLACE.findall(template))
