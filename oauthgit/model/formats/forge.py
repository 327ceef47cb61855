"""Make links to files on the known forges, from the URL of a remote."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex

_REMOTE = regex(
    r"(?i:https)://(?:[^/?#@\s]*@)?(?P<host>[A-Za-z0-9.-]+)(?::443)?/(?P<path>[\w.~%-]+(?:/[\w.~%-]+)+)/?",
    256,
)  # 256 is re.ASCII
_FILES: Final[Mapping[str, str]] = {
    "github.com": "/blob/{commit}/{path}#L{line}",
    "gitlab.com": "/-/blob/{commit}/{path}#L{line}",
    "bitbucket.org": "/src/{commit}/{path}#lines-{line}",
    "codeberg.org": "/src/commit/{commit}/{path}#L{line}",
    "dev.azure.com": "?path=/{path}&version=GC{commit}&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=999",
}
_COMMITS: Final[Mapping[str, str]] = {"gitlab.com": "/-/commit/", "bitbucket.org": "/commits/"}


class Forge(NamedTuple):
    """Hold host and path of a repository on a known forge."""

    host: str
    path: str

    @property
    def name(self) -> str:
        """Return host and path, as people write them."""
        return f"{self.host}/{self.path}"

    def commit_url(self, commit: str) -> str:
        """Return the address of a commit."""
        return f"https://{self.name}{_COMMITS.get(self.host, '/commit/')}{commit}"

    def file_url(self, commit: str, path: str, line: int) -> str:
        """Return the address of a line of a file in a commit."""
        from urllib.parse import quote

        return f"https://{self.name}" + _FILES[self.host].format(
            commit=commit, path=quote(path.encode(errors="surrogateescape")), line=line
        )


def forge_of(url: str) -> Forge | None:
    """Return the repository of an https URL on a known forge, or None.

    User and token are left out.
    """
    found = _REMOTE.fullmatch(url)
    host = found["host"].lower() if found else ""
    if not found or host not in _FILES or {".", ".."}.intersection(found["path"].split("/")):
        return None
    return Forge(host, found["path"].removesuffix(".git"))
