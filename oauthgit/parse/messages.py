"""Hold the messages of the findings about YAML; they repeat no possible secret."""

from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Related
from oauthgit.model.fix import Quote
from oauthgit.model.location import Location
from oauthgit.model.workspace import Kind
from oauthgit.parse.scalar import WORDS, is_secret, quoted_key

SHORT: Final = 24
"""Longest scalar that a message repeats; a longer one may be a secret under a misspelt key."""


class Message(NamedTuple):
    """Describe a finding without its place; ``text`` may contain ``{limit}``."""

    code: str
    text: str
    remedy: str

    def at(self, location: Location, limit: int = 0) -> Finding:
        """Return the finding at a place."""
        return Finding(self.code, self.text.format(limit=limit), location, remedy=self.remedy)


SUPPRESSION: Final = Message(
    "OG108",
    "a %YAML or %TAG directive changes how the file is read; all files here are read as YAML 1.2",
    "Delete the line that begins with '%'.",
)
SECOND_DOCUMENT: Final = Message(
    "OG107",
    "a second document begins here; a file holds one document, and SOPS and other readers would silently drop this one",
    "Move it to a file of its own, or delete the '---'.",
)
TOO_MANY_NODES: Final = Message(
    "OG114", "the file has more than {limit:,} values; the limit keeps every check fast and safe", "Split the file."
)
TOO_DEEP: Final = Message(
    "OG114", "mappings and lists are nested more than {limit} deep; no setting is deeper than 4", "Flatten the file."
)
LONG_KEY: Final = Message(
    "OG114",
    "this key has more than {limit} characters; no setting has such a name",
    "Shorten the key; if it is a value, write its key before it.",
)
ANCHOR: Final = Message(
    "OG102",
    "an anchor (&) marks a value for reuse elsewhere; a reviewer would not see the places that change with it",
    "Delete the anchor; if it is text, quote it.",
)
ALIAS: Final = Message(
    "OG102",
    "an alias (*) repeats a value written elsewhere; a reviewer would not see the value here",
    "Write the value itself; if it is text, quote it.",
)
UNKNOWN_ALIAS: Final = Message(
    "OG100",
    "this alias (*) has no anchor (&) of the same name before it, so it has no value",
    "Correct the name, or write the value itself.",
)
NO_MAPPING_MERGED: Final = Message(
    "OG100",
    "a merge key (<<) in this mapping refers to a value that is not a mapping, so it cannot be merged",
    "Refer to a mapping, or write the settings out.",
)
TAG: Final = Message(
    "OG108",
    "a tag (!) sets the type of the value; parsers disagree on tags, and some run code for them",
    "Delete the tag; if text is meant, quote the value.",
)
MERGE_KEY: Final = Message(
    "OG103",
    "the merge key (<<) is not YAML 1.2: some readers merge here, others see a key named <<",
    "Write the settings out, or leave them to the layer below.",
)
COMPLEX_KEY: Final = Message(
    "OG100",
    "a mapping or a list stands where a key is expected; every key is a name",
    "Write a name; quote a value that contains braces or brackets.",
)
NULL_KEY: Final = Message(
    "OG100",
    "the key is missing or null here, so the value belongs to no setting",
    "Write the setting's name before the colon.",
)

_FILL: Final = {
    Kind.SECRETS: "Restore it from git, or delete it and enter the secrets with oauthgit secrets set.",
    Kind.SOPS_RULES: "Write creation_rules with the keys that may read secrets, or delete the file.",
    Kind.WORKFLOW: "Write its jobs, or delete the file.",
}


def report_empty(location: Location, kind: Kind) -> Finding:
    """Return the finding for a file without content."""
    message = "the file is empty except for blank lines and comments, so it has no settings"
    remedy = _FILL.get(kind, "Write its settings, beginning with kind, or delete the file.")
    return Finding("OG117", message, location, remedy=remedy)


def report_duplicate(key: str, location: Location, first: Location) -> Finding:
    """Return the finding for a key that a mapping has twice."""
    message = f"{quoted_key(key)} is written twice; some readers keep the first value, others the last"
    related = (Related("first written here", first),)
    return Finding("OG101", message, location, remedy="Keep one of the two.", related=related)


def report_foreign_key(key: str, location: Location) -> Finding:
    """Return the finding for a key that is not ASCII."""
    number = next(ord(character) for character in key if not character.isascii())
    message = f"this key contains U+{number:04X}, which is not ASCII: it may look like the name of a setting without being one"
    return Finding("OG113", message, location, remedy="Type the key again, in ASCII letters.")


def report_ambiguous(text: str, location: Location) -> Finding:
    """Return the finding for a plain scalar that parsers read as different values."""
    from oauthgit.parse.fixes import advise_ambiguous, fix_ambiguous

    if text in WORDS:
        message = f"{text} is true or false to some YAML parsers and text to others"
    elif len(text) <= SHORT:
        message = f"{text} is not the same value to all YAML parsers: one number, another number, or text"
    else:
        message = "this number is not the same value to all YAML parsers: exact, rounded, or text"
    name = location.pointer.rpartition("/")[2]
    fix = fix_ambiguous(text, name)
    hint = "quote it" if isinstance(fix, Quote) else ""
    remedy = advise_ambiguous(fix, name, text if len(text) <= SHORT else "")
    return Finding("OG104", message, location, hint=hint, remedy=remedy, fix=fix)


def report_ambiguous_key(key: str, location: Location) -> Finding:
    """Return the finding for a plain key that some parsers do not read as text."""
    name = "this key" if is_secret(key) else quoted_key(key)
    message, remedy = (
        f"{name} is a name to some YAML parsers and another value to others",
        "Put the key in double quotes.",
    )
    return Finding("OG104", message, location, hint="quote it", remedy=remedy, fix=Quote(key=True))
