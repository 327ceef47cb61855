"""Explain the errors of the YAML parser in plain words: OG100 and OG106."""

from typing import Any, Final, NamedTuple

from yaml.error import MarkedYAMLError, YAMLError

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.location import Location


class Wording(NamedTuple):
    """Hold the words for an error whose problem or context contains ``problem``.

    These are texts of libyaml. ``at_context`` means that the mistake is at the context, where reading began.
    """

    problem: str
    message: str
    remedy: str
    at_context: bool = False


_INDENT = "Indent it by as many spaces as its neighbours."
_QUOTE = "Put the value in double quotes."
_WORDINGS: Final = (
    Wording("directive", "a line that begins with '%' is a directive, and this one is unknown", "Delete the line."),
    Wording(
        "scanning a block scalar",
        "after '|' or '>', the text begins on the next line, indented by spaces",
        "Move the text to the next line, or quote the value.",
    ),
    Wording(
        "mapping values are not allowed",
        "': ' cannot stand here: the line is indented too deeply, the line above lacks its ':', or a value holds ': '",
        "Indent the line as its neighbours are, complete the line above, or quote the value.",
    ),
    Wording(
        "could not find expected ':'",
        "this line has no ': ', so it is neither a key with a value nor a part of the line above",
        "Write ': ' after the key, or quote a value that runs over several lines.",
        at_context=True,
    ),
    Wording("did not find expected key", "a key of the surrounding mapping is expected here", _INDENT),
    Wording("did not find expected '-'", "a '- ' of the surrounding list is expected here", _INDENT),
    Wording("expected ',' or ']'", "the list in brackets goes on without ',' or ']'", "Write ',' or ']'."),
    Wording("expected ',' or '}'", "the mapping in braces goes on without ',' or '}'", "Write ',' or '}'."),
    Wording(
        "unexpected end of stream",
        "the quoted text that begins here does not end",
        "Write the closing quotation mark.",
        at_context=True,
    ),
    Wording("document indicator", "a line of '---' or '...' stands inside quoted text", "Indent the line."),
    Wording("cannot start any token", "a value cannot begin with this character", _QUOTE),
    Wording(
        "alphabetic or numeric character",
        "a '*' or '&' without quotation marks begins an alias or an anchor, not text",
        _QUOTE,
        at_context=True,
    ),
    Wording(
        "unknown escape character",
        "a backslash in double quotes begins an escape, and this escape does not exist",
        "Write the backslash twice, or use single quotation marks.",
    ),
    Wording("hexdecimal number", "an escape in double quotes lacks hexadecimal digits", "Write the backslash twice."),
    Wording("character escape code", "an escape in double quotes names no character", "Write the backslash twice."),
    Wording(
        "block sequence entries are not allowed",
        "a '- ' cannot stand here: a list begins on the line after its key",
        "Begin a new line before '- ', or quote the value.",
    ),
    Wording("mapping keys are not allowed", "a '? ' cannot stand here", _QUOTE),
    Wording("expected <document start>", "text follows after the end of the document", _INDENT),
    Wording("tag", "a '!' without quotation marks begins a tag, not text", _QUOTE),
    Wording("node content", "a value is expected here", "Write the value, or quote it."),
    Wording("found unexpected ':'", "a ':' stands inside a value in brackets or braces", _QUOTE),
    Wording("tab character", "a tab stands where the line is indented", "Replace the tab by spaces."),
)
_OTHERWISE: Final = Wording(
    "", "this is not YAML", "Compare indentation, colons and quotation marks with the lines above."
)
_CONTEXTS: Final = (
    ("block mapping", "the mapping begins here"),
    ("block collection", "the list begins here"),
    ("flow mapping", "the braces open here"),
    ("flow sequence", "the brackets open here"),
    ("quoted scalar", "the quotation mark opens here"),
    ("simple key", "the line begins here"),
)
_TAB: Final = regex(" *\t")


def syntax_error(path: str, text: str, error: YAMLError) -> Finding:
    """Return the finding for the error of a parser, without any of the file's text."""
    marked = error if isinstance(error, MarkedYAMLError) else MarkedYAMLError()
    mark, context = marked.problem_mark, marked.context_mark
    problem = f"{marked.problem} {marked.context}"
    lines = text.split("\n")
    if mark and mark.line < len(lines) and (tab := _TAB.match(lines[mark.line])):
        location = Location(path, mark.line + 1, tab.end(), mark.line + 1, tab.end() + 1)
        message = "a tab indents this line; YAML indents with spaces only, because tabs have no fixed width"
        return Finding("OG106", message, location, remedy="Replace the tab by spaces.")
    wording = next((each for each in _WORDINGS if each.problem in problem), _OTHERWISE)
    here, there = _locate(path, lines, mark), _locate(path, lines, context)
    related: tuple[Related, ...] = ()
    if context and there[1:3] != here[1:3]:
        if wording.at_context:
            related = (Related("reading ended here", here),) if there.line != here.line else ()
            here = there
        else:
            words = next((words for part, words in _CONTEXTS if part in problem), "the unfinished part begins here")
            related = (Related(words, there),)
    return Finding("OG100", wording.message, here, remedy=wording.remedy, related=related)


def _locate(path: str, lines: list[str], mark: Any) -> Location:
    """Return the place of the character at a mark, or of the end of the text.

    The end is returned if the mark is after it.
    """
    if mark is None:
        return Location(path)
    line, column = mark.line, mark.column
    last = max((number for number, content in enumerate(lines) if content.strip()), default=0)
    if line > last:
        line, column = last, len(lines[last].rstrip("\r"))
    return Location(path, line + 1, column + 1, line + 1, column + 1 + (column < len(lines[line].rstrip("\r"))))
