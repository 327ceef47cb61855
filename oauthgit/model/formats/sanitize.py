"""Sanitize text from outside: escapes, hidden characters, credentials, commands."""

from collections.abc import Sequence

from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.formats.lazy_regex import regex

_UNPRINTABLE = regex(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_ESCAPES = (("x", 2), ("u", 4), ("U", 8))
_USERINFO = regex(r"(?<=://)[^/?#\s]*@")
_CREDENTIAL = regex(r"(?i)(?<=[?&#;])([^=&#;?\s]{0,64}(?:secret|password|passwd|token|assertion|api_?key)=)[^&#\s]*")

# CI runners execute commands in printed text: GitHub "::" at the start of a line and "##[" anywhere, Azure Pipelines
# "##vso[" anywhere, TeamCity "##teamcity[". Text from outside must not contain them.
_COMMAND = regex(r"(?m)^[^\S\n]*:(?=:)|#(?=#\w*\[)")


_WORD = regex(r"[A-Za-z0-9_@%+=:,./-]+")
_WORDS = regex(r"[A-Za-z0-9_@%+=:,./ -]+")
_NAME = regex(r"[^\W\d][\w.-]{0,63}")
_TURN = regex(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])|[a-z](?=[A-Z])")
_FORMULA = ("=", "+", "-", "@")
_SHORT = 16
_MOST_TURNS = 6


def is_readable_name(text: str) -> bool:
    """Return True if a key may be shown: a name, and not a token pasted as a key."""
    if not _NAME.fullmatch(text):
        return False
    return len(text) < _SHORT or len(_TURN.findall(text)) < _MOST_TURNS


def readable_name_at(pointer: str) -> str:
    """Return the nearest key of a JSON Pointer that is a name, for a message."""
    name = next((token for token in reversed(split(pointer)) if not token.isdecimal()), "")
    return name if is_readable_name(name) else "a value"


def readable_pointer(pointer: str) -> str:
    """Return a printable JSON Pointer; ``***`` replaces keys that are not names."""
    tokens = (token if token.isdecimal() or is_readable_name(token) else "***" for token in split(pointer))
    return join(*tokens)


def escape(text: str) -> str:
    r"""Escape control, bidirectional and zero-width characters, such as ``\u202e``."""
    if text.isprintable():  # nothing to escape: do not compile the pattern
        return text
    return _UNPRINTABLE.sub(lambda match: _escape(match[0]), text)


def redact_urls(text: str) -> str:
    """Return a printable value, with credentials in URLs redacted."""
    return escape(_CREDENTIAL.sub(r"\1***", _USERINFO.sub("***@", text)))


def format_count(number: int, singular: str) -> str:
    """Return a number and its noun, such as ``1 layer`` or ``2 layers``."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def list_some(names: Sequence[str], most: int) -> str:
    """Return the first of ``names``, and the number of names beyond ``most``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def defuse(text: str) -> str:
    """Defuse commands for CI runners in the lines of a report, by inserting a blank."""
    return _COMMAND.sub(lambda match: f"{match[0]} ", text) if "::" in text or "##" in text else text


def disarm_formula(text: str) -> str:
    """Return ``text``, with an apostrophe before what looks like a formula."""
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text


def mask(text: str) -> str:
    """Mask credentials in URLs character by character, so that columns do not change."""
    text = _USERINFO.sub(lambda match: "*" * (len(match[0]) - 1) + "@", text)
    return _CREDENTIAL.sub(lambda match: match[1] + "*" * (len(match[0]) - len(match[1])), text)


def cut(text: str, most: int) -> str:
    """Return ``text`` with at most ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def command(*words: str) -> str:
    """Return a command in backquotes, complete and quoted for a shell."""
    return f"`{' '.join(map(quote, words))}`"


def quote(word: str) -> str:
    """Return a word as a shell reads it; one with only blanks suits every shell."""
    if _WORD.fullmatch(word):
        return word
    return f'"{word}"' if _WORDS.fullmatch(word) else "'{}'".format(word.replace("'", "'\"'\"'"))


def set_secret(layer: str, pointer: str) -> str:
    """Return the command that asks for the secret of the server at ``pointer``.

    Without a server the words for such a command are returned.
    """
    tokens = split(pointer)
    if len(tokens) > 1 and tokens[0] == "oauth_servers" and is_readable_name(tokens[1]):
        return command("oauthgit", "secrets", "set", layer, tokens[1])
    return "oauthgit secrets set, with its target and server"


def _escape(character: str) -> str:
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    number = ord(character)
    return next(f"\\{letter}{number:0{width}x}" for letter, width in _ESCAPES if number < 16**width)
