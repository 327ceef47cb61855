"""Describe the source of the installed oauthgit, and the pins that repeat it."""

from typing import Final, NamedTuple

_NOWHERE: Final = "https://oauthgit.invalid/replace-this-address"
"""An address that nobody can register: ``invalid`` is reserved (RFC 2606 section 2)."""


class Installation(NamedTuple):
    """Hold the version, and the place where others can get it.

    ``url`` is the address of a git repository. With ``commit``, that commit was installed; without, it is the repository
    of a release, and empty if the release names none. ``folder`` is a local source, for commands on this machine.
    """

    version: str
    url: str = ""
    commit: str = ""
    folder: str = ""
    released: bool = False

    @property
    def is_pinned(self) -> bool:
        """Return True if pip can get the same oauthgit elsewhere."""
        return self.released or bool(self.commit)

    @property
    def is_shared(self) -> bool:
        """Return True if pip and pre-commit on other machines can get the same oauthgit."""
        return self.is_pinned and bool(self.url) and not self.url.startswith("file:")

    def pin(self) -> str:
        """Return the part of a requirement (PEP 508) after the name and its extras.

        An unknown source gives one of the same form that pip refuses.
        """
        if self.released:
            return f"=={self.version}"
        return f" @ git+{self.url}@{self.commit}" if self.commit else f" @ git+{_NOWHERE}@{'0' * 40}"

    def hook(self) -> tuple[str, str]:
        """Return ``repo`` and ``rev`` for pre-commit.

        An unknown repository gives ones that it refuses.
        """
        if not self.url:
            return _NOWHERE, f"v{self.version}" if self.released else "0" * 40
        return self.url, self.commit or f"v{self.version}"

    def requirement(self, extra: str) -> str:
        """Return the argument of ``pip install`` that adds an extra on this machine.

        It is empty if the source is unknown.
        """
        if self.is_pinned:
            return f"oauthgit[{extra}]{self.pin()}"
        return f"{self.folder}[{extra}]" if self.folder else ""
