"""Find names of files and folders that Windows cannot have.

Source: Microsoft, "Naming Files, Paths, and Namespaces".
"""

import re
from collections.abc import Iterable
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_UNPORTABLE: Final = regex(
    r"""
    (?: ^ | / )
    (?: (?P<device>con|prn|aux|nul|com[0-9]|lpt[0-9]) [ ]* (?: \. [^/]* )?
      | [^/]* (?P<end>[. ])
      | [^/<>:"|?*\\\x00-\x1f]* (?P<sign>[<>:"|?*\\\x00-\x1f]) [^/]* )
    (?: / | \Z )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DEVICES: Final = regex("/(?:con|prn|aux|nul|com[0-9]|lpt[0-9]) *[./]")


def are_portable(paths: Iterable[str]) -> bool:
    """Return True if Windows can have all of the paths; False means maybe not."""
    names = f"/{'/'.join(paths)}/".lower()
    odd = "./" in names or " /" in names or any(sign in names for sign in '<>:"|?*\\')
    return not odd and names.isprintable() and _DEVICES.search(names) is None


def why_unportable(path: str) -> str:
    """Return the reason why Windows cannot have a path, or an empty text."""
    match = _UNPORTABLE.search(path)
    if match is None:
        return ""
    if match["device"]:
        return f"{match['device']} is the name of a device there, with any ending"
    if match["end"]:
        return f"a name there does not end with a {'dot' if match['end'] == '.' else 'blank'}"
    return f"a name there does not contain U+{ord(match['sign']):04X}"
