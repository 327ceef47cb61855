"""List the edits that make the platform follow git."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from oauthgit.model.drift import Drift, DriftItem, DriftState
from oauthgit.model.formats.sanitize import format_count, redact_urls
from oauthgit.report.checklist.fields import Entry, fields, lines_of, only_new, redirect_uri, screen, server_screen

_FOLLOWS: Final = " (follows from branch {}: only look, do not type)"
_UNMANAGED: Final = "is not in git; describe it there with oauthgit import, or remove it"


def drift(found: Drift) -> list[str]:
    """Return the head, and the lines of every entry."""
    entries = ["".join(f"{line}\n" for line in lines_of(each)) for each in _entries(found.items)]
    count = format_count(len(entries), "screen") if entries else "no screen to edit"
    names = ", ".join(redact_urls(file.name) for file in found.files)
    return [f"the platform ({names}) -> git\n{count}\n", *entries]


def _entries(items: Sequence[DriftItem]) -> Iterator[Entry]:
    """Yield the entries of each server; ``items`` are sorted by target and server."""
    for (target, server), group in groupby(items, lambda item: (item.target, item.server)):
        of_server = list(group)
        if server:
            yield from _of_server(of_server)
        else:
            for item in of_server:
                yield _of_target(item, screen(item.kind, target))
                yield from _entries(item.servers)


def _of_target(item: DriftItem, title: str) -> Entry:
    if item.state is DriftState.ONLY_IN_GIT:
        return Entry(f"{title}: is missing on the platform")
    if item.state is DriftState.ONLY_ON_PLATFORM:
        return Entry(f"{title}: {_UNMANAGED}")
    if item.setting == "redirect_uri":
        return redirect_uri(item.kind, item.target, item.platform, item.git)
    return Entry(f"{title}: {item.setting} is {redact_urls(str(item.git))} (was: {redact_urls(str(item.platform))})")


def _of_server(items: Sequence[DriftItem]) -> Iterator[Entry]:
    first = items[0]
    names = (first.target, first.server)
    title = server_screen(first.kind, *names)
    if first.state is DriftState.ONLY_ON_PLATFORM:
        yield Entry(f"{title}: {_UNMANAGED}")
        return
    if first.state is DriftState.ONLY_IN_GIT:
        own = {name: value for name, value in first.git.items() if first.follows and name in first.own}
        others = {name: value for name, value in first.git.items() if name not in own}
        found = [
            fields(f"{title}: add this server{_follows(first)}", names, only_new(others)),
            fields(title, names, only_new(own)),
        ]
    else:
        found = [
            fields(f"{title}{_follows(same[0])}", names, {each.setting: (each.platform, each.git) for each in same})
            for branch in dict.fromkeys(item.follows for item in items)
            if (same := [item for item in items if item.follows == branch])
        ]
    yield from filter(None, found)


def _follows(item: DriftItem) -> str:
    return _FOLLOWS.format(redact_urls(item.follows.partition("/")[2])) if item.follows else ""
