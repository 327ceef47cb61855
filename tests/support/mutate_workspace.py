"""Random changes of a project's files that make its models depend on each other."""

import random
from collections.abc import Sequence

from oauthgit.model.workspace import File, Workspace


def mutate(workspace: Workspace, chance: random.Random, times: int, among: Sequence[int] = ()) -> Workspace:
    """Return a workspace with so many changed files, only those of the given numbers if there are any."""
    files = list(workspace.files)
    for _ in range(times):
        number = chance.choice(among) if among else chance.randrange(len(files))
        files[number] = chance.choice(_CHANGES)(files[number], chance.choice(files), chance)
    return workspace._replace(files=tuple(files))


def _copied(file: File, other: File, _chance: random.Random) -> File:
    return file._replace(content=other.content)


def _taken_over(file: File, other: File, chance: random.Random) -> File:
    """Replace a line by one of another file."""
    lines, theirs = file.content.splitlines(keepends=True), other.content.splitlines(keepends=True)
    lines[chance.randrange(len(lines))] = chance.choice(theirs)
    return file._replace(content=b"".join(lines))


def _another_model(file: File, _other: File, chance: random.Random) -> File:
    return file._replace(content=file.content.replace(b"model: MODEL0000", b"model: MODEL000%d" % chance.randrange(3)))


def _suppressed(file: File, _other: File, chance: random.Random) -> File:
    code = chance.choice((b"OG604", b"OG605", b"OG606", b"OG301", b"OG412"))
    lines = file.content.splitlines(keepends=True)
    number = chance.randrange(len(lines))
    lines[number] = lines[number].replace(b"\n", b" # oauthgit: ignore[%s] because\n" % code)
    return file._replace(content=b"".join(lines))


def _another_environment(file: File, _other: File, chance: random.Random) -> File:
    now = chance.choice((b"production", b"test", b"development"))
    return file._replace(content=file.content.replace(b"environment: production", b"environment: " + now))


def _misspelt(file: File, _other: File, _chance: random.Random) -> File:
    return file._replace(content=file.content.replace(b"scopes:", b"scope:", 1))


_CHANGES = (
    _copied,
    _taken_over,
    _taken_over,
    _another_model,
    _suppressed,
    _suppressed,
    _another_environment,
    _misspelt,
)
