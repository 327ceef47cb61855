"""Recognize placeholders: texts in place of a value."""

from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_SIGNS: Final = r"\$\{[^}]*\}|\{\{.*?\}\}|##[A-Za-z0-9_.-]+##|@@[A-Za-z0-9_.-]+@@|<[A-Za-z][A-Za-z0-9 _.-]*>|\*{6,}"
_WORDS: Final = r"(?i:changeme|change[-_ ]me|todo|tbd|fixme|x{3,}|your[-_ ].*|replace[-_ ].*|placeholder|dummy)$"
_WORD, _FIRST = regex(_WORDS), "cCtTfFxXyYrRpPdD"
LEFT_OPEN: Final = regex(f"{_SIGNS}|^{_WORDS}")
"""Placeholders of templates, in any value."""

NO_SECRET: Final = regex(
    r"(?i)(change[-_ ]?me|your[-_ ]?(client[-_ ]?)?secret|(client[-_ ]?)?secret|password|passw0rd|placeholder|dummy|todo"
    r"|tbd|test|example|sample|x{3,}|\*{3,})[-_ 0-9!]*"
)
"""Placeholders that people write in place of a secret."""

_ELSEWHERE: Final = regex(r"\$\([^)]*\)|op://\S+|vault:v\d+:\S+|true|false")


def is_left_open(text: str) -> bool:
    """Return True if ``text`` contains a placeholder, as ``LEFT_OPEN``, but faster."""
    marked = "{" in text or "<" in text or "##" in text or "@@" in text or "******" in text
    if marked and LEFT_OPEN.search(text) is not None:
        return True
    return text[:1] in _FIRST and _WORD.match(text) is not None


def is_no_secret(text: str) -> bool:
    """Return True if a text in place of a secret is a placeholder or a reference."""
    return any(pattern.fullmatch(text) for pattern in (LEFT_OPEN, NO_SECRET, _ELSEWHERE))
