"""Islands that are the same in both states of a comparison: nothing differs in them, so that is not looked for there.

They are looked at once, in whichever process, for whether they hold together: a target that does not is told of, though
nobody changed it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from oauthgit.model.workspace import File, Kind, Workspace
from oauthgit.pipeline.engine.workers import shared
from oauthgit.pipeline.evaluate import Judged, is_closed, is_common, islands, judged_of
from oauthgit.pipeline.resolve import FEW, Reading, assembled, day, layers_of, read
from oauthgit.pipeline.valid_targets import layers, sound


class Unchanged(NamedTuple):
    """What there is to know of islands that are the same in both states, and the two states without their files."""

    islands: Sequence[Judged]
    before: Workspace
    after: Workspace


def unchanged(before: Workspace, after: Workspace, today: str | None = None) -> Unchanged:
    """Return what two states have in common; nothing, where not all of that holds together, and where there is little."""
    nothing = Unchanged((), before, after)
    common = _common(after)
    if len(after.files) < FEW or _files(common) != _files(_common(before)):
        return nothing
    known = {_own(island) for island in islands(before)}
    same = [island for island in islands(after) if _own(island) in known]
    readings = dict(zip(((file.path, file.content) for file in common), read(common), strict=True))
    there = layers_of((*before.files, *after.files))
    looked_at = shared([partial(_look, island, readings, there, today or day()) for island in same])
    found = [each for each in looked_at if each is not None]
    if len(found) < len(same) or not is_closed(found, there):
        return nothing
    paths = {file.path for island in same for file in island.files if not is_common(file)}
    return Unchanged(found, _without(before, paths), _without(after, paths))


def _files(files: Iterable[File]) -> frozenset[tuple[str, bytes]]:
    return frozenset((file.path, file.content) for file in files)


def _common(state: Workspace) -> list[File]:
    """Return what concerns everybody; not the workflows, which are not read from a commit, and from which nothing comes."""
    return [file for file in state.files if is_common(file) and file.kind is not Kind.WORKFLOW]


def _own(island: Workspace) -> frozenset[tuple[str, bytes]]:
    return _files(file for file in island.files if not is_common(file))


def _look(
    island: Workspace, readings: Mapping[tuple[str, bytes], Reading], there: Mapping[str, str], today: str
) -> Judged | None:
    """Return what there is to know of an island if all of its targets hold together, else None."""
    state = assembled(island, (), today, known=readings, layers=there)
    return judged_of(state, [], ()) if layers(state) == sound(state).keys() else None


def _without(state: Workspace, paths: Collection[str]) -> Workspace:
    return state._replace(files=tuple(file for file in state.files if file.path not in paths))
