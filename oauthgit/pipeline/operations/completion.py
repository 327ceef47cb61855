"""List the names of a project that a shell completes.

Shells evaluate what they complete, so only names of harmless characters are listed. Names that the layout permits beyond
these, those with spaces, have to be typed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from oauthgit.discover import find_root, read_file
from oauthgit.discover.list_layers import list_layers
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@/-]*", re.ASCII)
_SERVER: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MAX_LAYERS: Final = 20_000
_MAX_FILES: Final = 200
_MAX_BYTES: Final = 1024 * 1024


def list_targets(folder: str, word: str) -> Iterator[str]:
    """Yield the shortest unique ending of every target's and branch's id.

    If ``word`` begins ids, these ids are listed as well.
    """
    ids = sorted(file.layer for file in _list_layers(folder))
    if word:
        yield from (each for each in ids if each.startswith(word) and _HARMLESS.fullmatch(each))
    uses = Counter(ending for each in ids for ending in _endings(each))
    for each in ids:
        name = next(ending for ending in _endings(each) if uses[ending] == 1)
        if _HARMLESS.fullmatch(name):
            yield name


def list_servers(folder: str) -> Iterable[str]:
    """Return the names of the OAuth servers that branches define."""
    root = find_root(folder)
    branches = (file.path for file in _list_layers(folder) if file.kind is Kind.BRANCH)
    names: set[object] = set()
    budget = _MAX_BYTES
    for path in islice(branches, _MAX_FILES):
        file = read_file(str(root), path)
        if isinstance(file, File) and (budget := budget - len(file.content)) >= 0:
            document, _ = parse(file)
            data = document.data if document is not None else None
            servers = data.get("oauth_servers") if isinstance(data, dict) else None
            names.update(servers if isinstance(servers, dict) else ())
    return sorted(name for name in names if isinstance(name, str) and _SERVER.fullmatch(name))


def _list_layers(folder: str) -> Iterator[File]:
    root = find_root(folder)
    return islice(list_layers(root), _MAX_LAYERS) if root else iter(())


def _endings(layer: str) -> Iterator[str]:
    """Yield the endings of an id, the shortest first.

    >>> list(_endings("iam_application/crm"))
    ['crm', 'iam_application/crm']
    """
    parts = layer.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1))
