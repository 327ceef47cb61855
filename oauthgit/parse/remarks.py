"""The words of the findings that the pass over the events makes; no word of them is a value that may be secret."""

from typing import Final

from oauthgit.model.finding import Finding, Related
from oauthgit.model.fix import Quote
from oauthgit.model.location import Location
from oauthgit.parse.scalar import WORDS, is_secret, quoted_key

SHORT: Final = 24
"""A longer scalar is not repeated in a message: it may be a secret under a misspelt key."""


def empty(location: Location) -> Finding:
    """OG117: there is no document."""
    message = "the file is empty but for blanks and comments, so it states nothing"
    return Finding("OG117", message, location, remedy="Write its settings, beginning with kind, or delete the file.")


def directive(location: Location) -> Finding:
    """OG108: a directive stands before the document."""
    message = "a %YAML or %TAG directive changes how the file is read; all files here are read as YAML 1.2"
    return Finding("OG108", message, location, remedy="Delete the line that begins with '%'.")


def second_document(location: Location) -> Finding:
    """OG107: there is more than one document."""
    message = "a second document begins here; a file holds one, and SOPS and other readers would drop this one silently"
    return Finding("OG107", message, location, remedy="Move it to a file of its own, or delete the '---'.")


def too_many_nodes(location: Location, limit: int) -> Finding:
    """OG114: there are too many values."""
    message = f"the file has more than {limit:,} values; the limit keeps every check fast and safe"
    return Finding("OG114", message, location, remedy="Split the file.")


def too_deep(location: Location, limit: int) -> Finding:
    """OG114: mappings or lists are nested too deeply."""
    message = f"mappings and lists are nested more than {limit} deep; no setting lies deeper than 4"
    return Finding("OG114", message, location, remedy="Flatten the file.")


def long_key(location: Location, limit: int) -> Finding:
    """OG114: a key is too long."""
    message = f"this key has more than {limit} characters; no setting has such a name"
    return Finding("OG114", message, location, remedy="Shorten the key; if it is a value, write its key before it.")


def anchor(location: Location) -> Finding:
    """OG102: a value has an anchor."""
    message = "an anchor (&) marks a value for reuse elsewhere; a reviewer would not see what changes with it"
    return Finding("OG102", message, location, remedy="Delete the anchor; if it is text, quote it.")


def alias(location: Location) -> Finding:
    """OG102: an alias stands for a value."""
    message = "an alias (*) stands for a value written elsewhere; a reviewer would not see it here"
    return Finding("OG102", message, location, remedy="Write the value itself; if it is text, quote it.")


def unknown_alias(location: Location) -> Finding:
    """OG100: an alias has no anchor before it, or stands within its own."""
    message = "this alias (*) has no anchor (&) of its name before it, so it stands for nothing"
    return Finding("OG100", message, location, remedy="Correct the name, or write the value itself.")


def no_mapping_merged(location: Location) -> Finding:
    """OG100: a merge key names something else than mappings."""
    message = "a merge key (<<) in this mapping names something else than mappings, so nothing can be merged"
    return Finding("OG100", message, location, remedy="Name a mapping, or write the settings out.")


def tag(location: Location) -> Finding:
    """OG108: a value has a tag."""
    message = "a tag (!) gives the value a type of its own; parsers disagree on it, and some run code"
    return Finding("OG108", message, location, remedy="Delete the tag; if text is meant, quote the value.")


def merge_key(location: Location) -> Finding:
    """OG103: a mapping is merged into another."""
    message = "the merge key (<<) is not YAML 1.2: some readers merge here, others see a key named <<"
    return Finding("OG103", message, location, remedy="Write the settings out, or leave them to the layer below.")


def complex_key(location: Location) -> Finding:
    """OG100: a key is a mapping or a list."""
    message = "a mapping or a list stands where a key is expected; every key is a name"
    return Finding("OG100", message, location, remedy="Write a name; quote a value that contains braces or brackets.")


def null_key(location: Location) -> Finding:
    """OG100: a key is missing."""
    message = "the key is missing or null here, so the value belongs to no setting"
    return Finding("OG100", message, location, remedy="Write the setting's name before the colon.")


def duplicate(key: str, location: Location, first: Location) -> Finding:
    """OG101: a mapping has a key twice."""
    message = f"{quoted_key(key)} is written twice; some readers keep the first value, others the last"
    return Finding(
        "OG101", message, location, remedy="Keep one of the two.", related=(Related("first written here", first),)
    )


def foreign_key(key: str, location: Location) -> Finding:
    """OG113: a key is not ASCII."""
    number = next(ord(character) for character in key if not character.isascii())
    message = f"this key contains U+{number:04X}, which is not ASCII: it may look like a setting's name and be none"
    return Finding("OG113", message, location, remedy="Type the key anew, in plain letters.")


def ambiguous(text: str, location: Location) -> Finding:
    """OG104: a plain scalar has another value for other parsers."""
    from oauthgit.parse.fixes import disputed

    if text in WORDS:
        message = f"{text} is true or false to some YAML parsers and text to others"
        remedy = f'Write true or false if a switch is meant, else quote it: "{text}".'
    elif len(text) <= SHORT:
        message = f"{text} is not the same value to all YAML parsers: one number, another number, or text"
        remedy = f'Quote it: "{text}".'
    else:
        message = "this number is not the same value to all YAML parsers: exact, rounded, or text"
        remedy = "Put it in double quotes."
    fix = disputed(text, location.pointer.rpartition("/")[2])
    return Finding("OG104", message, location, hint="quote it", remedy=remedy, fix=fix)


def ambiguous_key(key: str, location: Location) -> Finding:
    """OG104: a plain key is no text for other parsers."""
    name = "this key" if is_secret(key) else quoted_key(key)
    message = f"{name} is a name to some YAML parsers and another value to others"
    return Finding(
        "OG104", message, location, hint="quote it", remedy="Put the key in double quotes.", fix=Quote(key=True)
    )
