"""Bytes to documents, or to findings OG1xx: YAML is read here and nowhere else."""

from collections.abc import Set as AbstractSet
from functools import partial

from oauthgit.model.document import Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File
from oauthgit.parse.bounds import FINDINGS
from oauthgit.parse.ordinary import NOT_ORDINARY, ordinary
from oauthgit.parse.text import read_text

__all__ = ["masked_lines", "parse"]


def parse(file: File) -> tuple[Document | None, list[Finding]]:
    """Return the document that ``file`` holds, and what is wrong with its text and its YAML.

    There is no document if anything found leaves open what the file says: everything but OG104 (an ambiguous scalar),
    OG110 (a byte order mark) and OG113 (a key that is not ASCII). At most 20 findings are returned, in the order of the
    text; those that cost the document come first in the choice. No secret in plain text gets into either result.
    """
    text, findings = read_text(file)
    if text is None:
        return None, findings[:FINDINGS]
    data = NOT_ORDINARY if findings else ordinary(file, text)
    if data is not NOT_ORDINARY:
        marks = Marks({}, later=partial(_places, file))
        return Document(file.path, file.kind, file.layer, file.identity, data, marks), []
    return _parsed(file, text, findings)


def _parsed(file: File, text: str, findings: list[Finding]) -> tuple[Document | None, list[Finding]]:
    """Return what a parser of YAML makes of ``text``; it is loaded only where there is something for it to read."""
    from oauthgit.parse.build import build
    from oauthgit.parse.comments import commented_secrets
    from oauthgit.parse.directives import directives

    document, more = build(file, text)
    if document is not None:
        more += commented_secrets(document, text)
        if found := directives(document, text):
            document = document._replace(directives=found)
    else:
        more = [finding._replace(fix=None) for finding in more]  # they speak of values, and there are none
        if more[0].code == "OG106":
            from oauthgit.parse.fixes import without_tabs

            more[0] = more[0]._replace(fix=without_tabs(text, partial(build, file)))
    return document, sorted((findings + more)[:FINDINGS], key=lambda finding: finding.location[1:3])


def _places(file: File) -> Marks:
    """Return the marks of a file that was read at once: those of its parser, to which it says the same."""
    text, findings = read_text(file)
    document = _parsed(file, text or "", findings)[0]
    return document.marks if document else Marks({})


def masked_lines(file: File, harmless: AbstractSet[str]) -> tuple[str, ...]:
    """Return the lines of ``file`` fit to be printed under a finding, each character at its true column.

    Values are blotted out with ``*`` unless their nearest key is in ``harmless``, or they are ciphertext, null or a
    boolean; comments are blotted out unless they speak to this tool or to the editor's language server. A file that
    does not parse is judged line by line, more strictly.
    """
    from oauthgit.parse.masking import mask

    return mask(file, parse(file)[0], harmless)
