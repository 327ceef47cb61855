"""Refuse emoji with invisible characters outside of comments (OG112)."""

from itertools import islice

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File
from oauthgit.parse.limits import FINDINGS
from oauthgit.parse.suppressions import comment_start, taken_columns
from oauthgit.parse.text import EMOJI_JOINTS, has_joints, report_forbidden


def find_joints(file: File, document: Document, text: str) -> list[Finding]:
    """Return a finding for each joint of an emoji in a key or a value of ``document``.

    There a joint can make two values look equal. In a comment it is how the emoji is written.
    """
    lines = text.split("\n")
    taken = taken_columns(document, lines)
    findings: list[Finding] = []
    before = 0
    for number, line in enumerate(lines, 1):
        if has_joints(line):
            comment = comment_start(line, taken.get(number, ()))
            inside = (joint for joint in EMOJI_JOINTS.finditer(line) if comment < 0 or joint.start() < comment)
            first = islice(inside, FINDINGS - len(findings))
            findings += [report_forbidden(file, text, before + joint.start()) for joint in first]
        before += len(line) + 1
    return findings
