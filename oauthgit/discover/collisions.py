"""Find names that are the same on a file system that ignores case (OG116)."""

from collections.abc import Iterable

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.location import Location


def collisions(paths: Iterable[str]) -> list[Finding]:
    """Return a finding for each name that differs from another only in case.

    Names are ASCII, of files and folders. The later one in the order of ``paths`` is reported, a folder at its first file.
    """
    paths = list(paths)
    parts = set(paths)
    above = {path.rpartition("/")[0] for path in paths}
    while above:
        parts |= above
        above = {path.rpartition("/")[0] for path in above} - parts
    if len({part.lower() for part in parts}) == len(parts):
        return []
    first: dict[str, tuple[str, str]] = {}
    findings = []
    for path in paths:
        segments = path.split("/")
        for level in range(1, len(segments) + 1):
            part = "/".join(segments[:level])
            spelt, where = first.setdefault(part.lower(), (part, path))
            if spelt != part:
                findings.append(_collision(path, part, spelt, where))
                first[part.lower()] = (part, path)
                break
    return findings


def _collision(path: str, part: str, other: str, where: str) -> Finding:
    message = f"{escape(part)} and {escape(other)} are the same name on a file system that ignores case"
    return Finding(
        "OG116",
        message,
        Location(path),
        remedy="Rename one of them.",
        related=(Related("the other", Location(where)),),
    )
