"""Render effective settings as YAML with plain keys and JSON scalars.

YAML reads JSON scalars in the same way (YAML 1.2.2 section 1.3).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.report import Report, effective

PARTS: Final = frozenset({"targets"})
"""The parts of a report that this format can show."""

_PLAIN_KEY: Final = regex(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_./-]*")


def render(report: Report) -> str:
    """Return a mapping of target ids to settings, as ``oauthgit effective`` with JSON."""
    targets = {escape(settings.target): effective(settings) for settings in report.targets or ()}
    return to_yaml(targets) or "{}\n"


def to_yaml(mapping: Mapping[str, Any]) -> str:
    """Return a mapping of text to plain data; it is empty for an empty mapping."""
    return "".join(f"{line}\n" for line in _lines(mapping, ""))


def to_ascii(text: str) -> str:
    """Return the report with escapes; all its other characters are in double quotes."""
    return text.encode("ascii", "backslashreplace").decode()


def _lines(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        name = key if _PLAIN_KEY.fullmatch(key) else _json(key)
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{name}: {_json(value)}"


def _json(value: Any) -> str:
    r"""Return ``value`` as JSON that is valid YAML too.

    Pairs of surrogates are not valid in YAML, the escapes of :func:`escape` are. CI runners execute "##[" and
    "##vso[" anywhere in a line; a YAML parser decodes ``\x23``.
    """
    return escape(json.dumps(value, ensure_ascii=False)).replace("##", r"#\x23")
