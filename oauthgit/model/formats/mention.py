"""Find workflows of GitHub Actions that may run oauthgit, by a byte search.

This is fast, because nothing is parsed or imported.
"""

_NAME = b"oauthgit"
_CALLED = b"workflow_call"
_FOLDER = b"workflows/"


def mentioning(contents: "dict[str, bytes]") -> "list[str]":
    """Return the paths of workflows that name oauthgit, or call one that does.

    The order is that of ``contents``. A file that is not plain text, such as UTF-16, is included because it may
    name it.
    """
    found = {path for path, content in contents.items() if _NAME in content.lower() or b"\0" in content}
    new = found
    while new:
        names = [_FOLDER + _file(path) for path in new if _CALLED in contents[path]]
        new = {path for path in contents.keys() - found if any(name in contents[path] for name in names)}
        found |= new
    return [path for path in contents if path in found]


def _file(path: str) -> bytes:
    return path.rpartition("/")[2].encode(errors="surrogateescape")
