"""Decode UTF-8 (YAML 1.2.2 section 5.2), and refuse characters that hide content."""

import re
from itertools import islice
from typing import Final

from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.location import Location
from oauthgit.model.workspace import File
from oauthgit.parse.limits import FINDINGS

BOM: Final = "\ufeff"
PLAIN: Final = bytes([0x09, 0x0A, *range(0x20, 0x7F)])

CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
HIDDEN: Final = "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
FORBIDDEN: Final = regex(rf"[{CONTROL}{HIDDEN}]|\r(?!\n)")
IS_HIDDEN: Final = regex(f"[{HIDDEN}]")
ENDS: Final = frozenset({"U+000B", "U+000C", "U+0085", "U+2028", "U+2029"})

_EMOJI: Final = "[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_TAGS: Final = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in flag) for flag in ("gbeng", "gbsct", "gbwls"))
EMOJI_JOINTS: Final = regex(
    f"(?:(?<={_EMOJI})|(?<={_EMOJI}\ufe0f))\u200d(?={_EMOJI})|(?<=\U0001f3f4)(?:{_TAGS})\U000e007f"
)
"""The invisible characters in an emoji: a joiner between two, or the tags of a flag (Unicode TR51, RGI sequences)."""
_COMMENT: Final = regex(r"(?:(?<=[ \t])|^)#.*", re.MULTILINE)

WIDE: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read_text(file: File) -> tuple[str | None, list[Finding]]:
    """Return the text of ``file``, or None, and findings OG109 to OG112.

    The text has no byte order mark. It is None if the file is refused. An emoji may be a sequence with joiners behind a
    ``#``; whether a comment begins there is seen later (:mod:`oauthgit.parse.emoji`).
    """
    content = file.content
    if not content.translate(None, PLAIN):
        return content.decode("ascii"), []
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return None, [_not_utf8(file, error.start)]
    if "\0" in text:
        message = "this is a NUL byte: the file is binary, or text in UTF-16, and YAML parsers cannot read it"
        location = place(file.path, text, text.index("\0"))
        return None, [Finding("OG109", message, location, remedy="Save it as UTF-8 text.")]
    marked, text = text.startswith(BOM), text.removeprefix(BOM)
    matches = FORBIDDEN.finditer(_replace_joints(text) if has_joints(text) else text)
    refused = [report_forbidden(file, text, match.start()) for match in islice(matches, FINDINGS)]
    findings = [_byte_order_mark(file, is_fixable=not refused)] if marked else []
    return (None if refused else text), findings + refused


def has_joints(text: str) -> bool:
    """Return True if ``text`` may contain an emoji that is a sequence."""
    return not text.isascii() and ("\u200d" in text or "\U0001f3f4" in text)


def _replace_joints(text: str) -> str:
    """Return ``text`` with joints of emoji in possible comments replaced, one by one."""
    return _COMMENT.sub(lambda comment: EMOJI_JOINTS.sub(lambda joint: "-" * len(joint[0]), comment[0]), text)


def place(path: str, text: str, start: int, end: int | None = None) -> Location:
    """Return the location of ``text[start:end]``, which is on one line.

    Without ``end`` it is one character.
    """
    column = start - text.rfind("\n", 0, start)
    line = text.count("\n", 0, start) + 1
    return Location(path, line, column, line, column + (end or start + 1) - start)


def _not_utf8(file: File, start: int) -> Finding:
    for mark, name in WIDE:
        if file.content.startswith(mark):
            message = f"the file is encoded in {name}; it must be UTF-8, the only encoding that all its readers accept"
            return Finding("OG109", message, Location(file.path), remedy="Save it as UTF-8.")
    text = file.content[:start].decode().removeprefix(BOM)
    message = f"the byte 0x{file.content[start]:02x} is not UTF-8: different readers of the file would see different characters"
    return Finding("OG109", message, place(file.path, text, len(text)), remedy="Save it as UTF-8.")


def _byte_order_mark(file: File, *, is_fixable: bool) -> Finding:
    from oauthgit.parse.fixes import WITHOUT_MARK

    message = "the file begins with a byte order mark, which some readers treat as a part of the first key"
    remedy, fix = "Save it as UTF-8 without a byte order mark.", WITHOUT_MARK if is_fixable else None
    return Finding("OG110", message, Location(file.path), remedy=remedy, fix=fix)


def report_forbidden(file: File, text: str, start: int) -> Finding:
    """Return the finding about the character at ``start``."""
    character = text[start]
    name, location = f"U+{ord(character):04X}", place(file.path, text, start)
    if IS_HIDDEN.match(character):
        message = (
            f"this is the invisible character {name}: it makes text look different from its content (CVE-2021-42574)"
        )
        return Finding("OG112", message, location, remedy="Delete the character.")
    if character == "\r":
        message = "this carriage return has no line feed: some readers end the line here, so it can hide a key"
        return Finding("OG111", message, location, remedy="End lines with a line feed, or with both characters.")
    ends = "some parsers end the line here, so it can hide a key"
    why = ends if name in ENDS else "it cannot be seen in review"
    message = f"this is the control character {name}: {why}"
    return Finding("OG111", message, location, remedy="Delete the character.")
