"""Compare URLs of git repositories that may be written in different ways."""

from oauthgit.model.formats.lazy_regex import regex

_SCP = regex(r"(?:[^/@:]*@)?(?P<host>\[[^\]]*\]|[^/:@]+):(?P<path>(?!//).*)")
_URL = regex(
    r"(?i)(?:https?|ssh|git|git\+ssh|git\+https)://(?:[^/@]*@)?(?P<host>\[[^\]]*\]|[^/:@]*)(?::[0-9]*)?/(?P<path>.*)"
)


def is_same_repository(url: str, other: str) -> bool:
    """Return True if two URLs name the same host and path.

    Scheme, port, user and case do not matter. Texts that are not URLs, such as paths, must be equal.
    """
    if url and _bare(url) == _bare(other):
        return True
    parts = split_repository_url(url)
    return parts is not None and parts == split_repository_url(other)


def _bare(url: str) -> str:
    return url.rstrip("/").removesuffix(".git").rstrip("/")


def split_repository_url(url: str) -> tuple[str, str] | None:
    """Return host and path of a URL or of ``user@host:path``, or None.

    They are in lower case, without ``.git``.
    """
    found = _URL.fullmatch(url) or (None if "://" in url else _SCP.fullmatch(url))
    if found is None:
        return None
    from urllib.parse import unquote

    path = unquote(found["path"]).strip("/").removesuffix(".git").strip("/").lower()
    host = found["host"].lower()
    segments = path.split("/")
    return (host, path) if host and path and not {"", ".", ".."}.intersection(segments) else None
