"""Parse the bytes of YAML files into documents and findings OG1xx.

No other package reads YAML.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from functools import partial

from oauthgit.model.document import Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File
from oauthgit.parse.fast import NOT_FAST, parse_fast
from oauthgit.parse.limits import FINDINGS
from oauthgit.parse.text import has_joints, read_text

__all__ = ["mask_lines", "masked_lines", "parse"]

_OF_CONFLICTS = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)


def parse(file: File) -> tuple[Document | None, list[Finding]]:
    """Return the document in ``file``, and the findings about its text and its YAML.

    The document is None if a finding makes the contents of the file uncertain. These are all findings except OG104 (an
    ambiguous scalar), OG110 (a byte order mark), OG113 (a key that is not ASCII) and OG122 (a comment that cuts a value).
    At most 20 findings are returned, in
    the order of the text; if there are more, those that cost the document are kept first. Neither result contains a
    secret in plain text.
    """
    text, findings = read_text(file)
    if text is None:
        return None, findings[:FINDINGS]
    data = NOT_FAST if findings else parse_fast(file, text)
    if data is not NOT_FAST:
        marks = Marks({}, later=partial(_places, file))
        return Document(file.path, file.kind, file.layer, file.identity, data, marks), []
    return _parse_yaml(file, text, findings)


def _parse_yaml(file: File, text: str, findings: list[Finding]) -> tuple[Document | None, list[Finding]]:
    """Parse ``text`` with the YAML parser, which is loaded only for this."""
    if any(signs in text for signs in _OF_CONFLICTS):
        from oauthgit.parse.conflicts import find_conflict

        conflict = find_conflict(file, text)
        if conflict is not None:
            return None, [*findings, conflict]
    from oauthgit.parse.build import build
    from oauthgit.parse.comments import commented_secrets, cut_values
    from oauthgit.parse.suppressions import read_suppressions

    document, more = build(file, text)
    if document is not None and has_joints(text):
        from oauthgit.parse.emoji import find_joints

        if joints := find_joints(file, document, text):
            document, more = None, joints
    if document is not None:
        more += commented_secrets(document, text)
        more += cut_values(document, text)
        if found := read_suppressions(document, text):
            document = document._replace(suppressions=found)
    else:
        more = [finding._replace(fix=None) for finding in more]  # a fix needs the value, and there is no document
        if more[0].code == "OG106":
            from oauthgit.parse.fixes import without_tabs

            more[0] = more[0]._replace(fix=without_tabs(text, partial(build, file)))
    return document, sorted((findings + more)[:FINDINGS], key=lambda finding: finding.location[1:3])


def _places(file: File) -> Marks:
    """Return the marks of a file that was read without the YAML parser."""
    from oauthgit.parse.fast_places import find_places

    text, findings = read_text(file)
    if (spans := find_places(text or "")) is not None:
        return Marks.of(spans, {})
    document = _parse_yaml(file, text or "", findings)[0]
    return document.marks if document else Marks({})


def masked_lines(file: File, harmless: AbstractSet[str]) -> tuple[str, ...]:
    """Return all lines of ``file``, masked as by :func:`mask_lines`."""
    return tuple(mask_lines(file, parse(file)[0], harmless).values())


def mask_lines(
    file: File, document: Document | None, harmless: AbstractSet[str], shown: Collection[int] | None = None
) -> dict[int, str]:
    """Return lines of ``file`` by their numbers, masked for a report.

    ``document`` is the file as parsed, or None. Lines whose numbers are not in ``shown`` are left out; None shows all.

    Every character keeps its column. A value is masked with ``*`` unless its nearest key is in ``harmless``, or it is
    ciphertext, null or a boolean. A comment is masked unless it addresses this tool or the language server of an editor.
    A file that does not parse is masked line by line, by stricter criteria.
    """
    from oauthgit.parse.masking import mask_file

    return mask_file(file, document, harmless, shown)
