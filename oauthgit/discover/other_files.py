"""Check the files in configs/ that are not YAML for secrets and for their names."""

import os
import re
from typing import Final

from oauthgit.cache import READ_FLAGS
from oauthgit.discover.layout import SIZE, classify, report_unportable, report_unreadable
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.plain_secret import find_plain_secret
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.location import Location

_KIND: Final = regex(r"^kind: *(?:branch|runtime_configuration|iam_application|policy) *$", re.MULTILINE)
_ENDING: Final = regex(r"(?:\.ya?ml)?(?:\.[A-Za-z0-9~_-]*)?$", re.IGNORECASE)


def check_other_file(root: str, path: str) -> Finding | None:
    """Return the finding for a file that is not read as settings, or None.

    Only its first 1 MiB is searched.
    """
    try:
        descriptor = os.open(f"{root}/{path}", READ_FLAGS)
    except OSError as error:
        return report_unreadable(path, error)
    try:
        content = os.read(descriptor, SIZE)
    except OSError as error:
        return report_unreadable(path, error)
    finally:
        os.close(descriptor)
    place = find_plain_secret(content)
    if place is None:
        return report_unportable(path) or _report_unread(root, path, content)
    line, column, length = place
    return Finding(
        "OG501",
        "this file has a client secret in plain text, and it is not read as settings, so nothing else checks it",
        Location(path, line, column, line, column + length),
        remedy="Replace the secret at the authorization server, and delete the file.",
    )


def _report_unread(root: str, path: str, content: bytes) -> Finding | None:
    """Return the finding for settings in a file such as dev.yaml.txt.

    A copy of a file that is there has none.
    """
    above, _, name = path.rpartition("/")
    if name.startswith(".") or not _KIND.search(content.decode(errors="replace")):
        return None
    meant = f"{above}/{_ENDING.sub('', name)}.yaml"
    if os.path.lexists(f"{root}/{meant}"):
        return None
    outcome = classify(meant)
    remedy = outcome.remedy if isinstance(outcome, Finding) else f"Rename it to {escape(meant)}."
    message = "this file is not read: it has settings, but its name does not end in .yaml"
    return Finding("OG119", message, Location(path), remedy=remedy)
