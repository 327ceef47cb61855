"""Drop the servers that a layer may not name, and report them (OG302, OG310)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.merge.fold import Fold
from oauthgit.merge.origins import parent_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related, at_most
from oauthgit.model.formats.json_pointer import child, join, parent, split
from oauthgit.model.settings import EVERY_SERVER
from oauthgit.model.workspace import Kind

_SERVERS: Final = join("oauth_servers")
_ORIGIN: Final = join("origin")
_UNKNOWN, _NAMES = 20, 500
"""For so many unknown servers of a file, among so many names, a similar one is looked for: it takes long for more."""


class Names(NamedTuple):
    """Hold the names of the servers in some branches.

    ``unread`` are those that a branch states in an invalid way, in the form of :func:`_squash`, or ``*`` if all of its
    servers are unknown.
    """

    valid: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    def add(self, branch: Document) -> "Names":
        """Return the names with those of one more branch."""
        own = (branch.data.get("oauth_servers") or {}).keys()
        unread = {_squash(name) for name in _invalid_names(branch)}
        return Names(self.valid | own, self.unread | unread) if own or unread else self

    def may_have(self, name: str) -> bool:
        """Return True if a branch states a server, valid or not."""
        return name in self.valid or self.is_unread(name)

    def is_unread(self, name: str) -> bool:
        """Return True if a branch states a server of such a name in an invalid way."""
        return not self.unread.isdisjoint((EVERY_SERVER, _squash(name)))


class Dropped(NamedTuple):
    """Hold the findings about the servers that a layer names, and unknown pointers.

    ``pointers`` are unknown in the layer because of these findings, ``everywhere`` those that are unknown in all layers
    on the same root branch.
    """

    findings: Sequence[Finding]
    pointers: frozenset[str]
    everywhere: frozenset[str]


def drop_servers(
    document: Document, patch: dict[str, Any], below: Fold, layers: Mapping[str, Document], names: Names
) -> Dropped:
    """Drop the servers that a patch may not name, and report them.

    These are unknown servers, and servers that are null as a whole. ``names`` are those in the branches below. A server
    that is close to one of them stands for it.
    """
    findings: list[Finding] = []
    stated = below.data.get("oauth_servers", {})
    pointers = {child(_SERVERS, name) for name in _find_meant(_invalid_names(document), stated)}
    if document.kind is Kind.BRANCH and _ORIGIN in document.invalid:
        pointers.add("")
    holders = {parent(wrong) for wrong in document.invalid}
    everywhere = set()
    servers = patch.get("oauth_servers", {})
    for name in list(servers):
        pointer = child(_SERVERS, name)
        if servers[name] is None:
            pointers.add(pointer)
            if pointer not in holders:  # else its settings are in a wrong place
                findings.append(_report_null(name, document, below))
        elif document.kind is Kind.BRANCH or name in stated:
            if name not in stated and names.is_unread(name):
                pointers.add(pointer)  # it overrides a server below that cannot be read
            continue
        elif not names.may_have(name):
            import difflib

            near = len(findings) < _UNKNOWN and len(names.valid) <= _NAMES
            close = difflib.get_close_matches(name, sorted(names.valid - servers.keys()), n=1) if near else []
            findings.append(_report_unknown(name, document, layers, below, close))
            if close:
                everywhere.add(pointer)
            pointers.update(child(_SERVERS, other) for other in close if other not in servers)
        del servers[name]
    return Dropped(at_most(findings), frozenset(pointers), frozenset(everywhere))


def _report_null(name: str, document: Document, below: Fold) -> Finding:
    return Finding(
        "OG310",
        f"{name} is set to null as a whole, and the platform cannot take a server away from one target",
        document.locate(child(_SERVERS, name), key=True),
        remedy="Remove the line, or reset single settings with null.",
        related=_related("defined", below, name),
    )


def _related(words: str, below: Fold, server: str) -> tuple[Related, ...]:
    definition = below.definitions.get(child(_SERVERS, server))
    return (Related(words, definition.location),) if definition and definition.location else ()


def _report_unknown(
    name: str, document: Document, layers: Mapping[str, Document], below: Fold, close: Sequence[str]
) -> Finding:
    meant = f'; did you mean "{close[0]}"?' if close else ""
    nearest = _related("the nearest there is", below, close[0]) if close else ()
    branch = layers.get(parent_of(layers[document.layer]) or document.layer)
    return Finding(
        "OG302",
        f"{name} is overridden here, but no branch below {document.layer} defines it{meant}",
        document.locate(child(_SERVERS, name), key=True),
        remedy=f"{f'Write {close[0]}' if close else 'Correct the name'}, or define the server in the branch.",
        related=nearest or ((Related("the branch's servers", branch.locate(_SERVERS, key=True)),) if branch else ()),
    )


def _invalid_names(document: Document) -> set[str]:
    """Return the names of the servers that a layer states in an invalid way.

    ``*`` are all servers.
    """
    names = set()
    for pointer in document.invalid:
        top, *servers = split(pointer) or ("",)
        if top == "oauth_servers" and len(servers) == 1:
            names.add(servers[0])
        elif not servers and top in {"", "oauth_servers", "origin"}:
            names.add(EVERY_SERVER)
    return names


def _find_meant(invalid: Iterable[str], stated: Iterable[str]) -> Iterable[str]:
    """Return the servers below that invalid names stand for."""
    alike = {_squash(name) for name in invalid}
    return [name for name in stated if _squash(name) in alike] if alike else ()


def _squash(name: str) -> str:
    """Return a name without what people vary in it: case, and separators of words."""
    return name if name == EVERY_SERVER else "".join(filter(str.isalnum, name.lower()))
