"""Which workflows of GitHub Actions may run oauthgit, by their bytes: nothing is parsed for that, and nothing loaded."""

_NAME = b"oauthgit"
_CALLED = b"workflow_call"
_FOLDER = b"workflows/"


def mentioning(contents: "dict[str, bytes]") -> "list[str]":
    """Return the paths of the workflows in ``contents`` that name oauthgit, or call one that does, in their order.

    What is not plain text, as in UTF-16, may name it as well.
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
