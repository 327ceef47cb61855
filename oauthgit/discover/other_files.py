"""Check the files in configs/ that are not YAML for secrets and for their names."""

import os

from oauthgit.cache import READ_FLAGS
from oauthgit.discover.layout import SIZE, report_unportable, report_unreadable
from oauthgit.model.finding import Finding
from oauthgit.model.formats.plain_secret import find_plain_secret
from oauthgit.model.location import Location


def check_other_file(root: str, path: str) -> Finding | None:
    """Return the finding for a file that is not read as settings, or None.

    Only its first 1 MiB is searched.
    """
    try:
        descriptor = os.open(f"{root}/{path}", READ_FLAGS)
    except OSError as error:
        return report_unreadable(path, error)
    try:
        place = find_plain_secret(os.read(descriptor, SIZE))
    except OSError as error:
        return report_unreadable(path, error)
    finally:
        os.close(descriptor)
    if place is None:
        return report_unportable(path)
    line, column, length = place
    return Finding(
        "OG501",
        "this file has a client secret in plain text, and it is not read as settings, so nothing else checks it",
        Location(path, line, column, line, column + length),
        remedy="Replace the secret at the authorization server, and delete the file.",
    )
