"""Find the edit that caused a change, and the targets that it reaches.

The history of every value also shows the targets that override an edit.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from oauthgit.compare.equality import comparison_key, with_fingerprint
from oauthgit.model.difference import Cause, Hidden, Link, Reach, Side
from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.settings import Origin, SecretReference, Settings
from oauthgit.model.workspace import TARGETS, Kind

_SERVERS = join("oauth_servers")


class Pair(NamedTuple):
    """Hold the settings of a target before and now, each with its state."""

    was: Settings
    now: Settings
    before: Side
    after: Side

    def layers(self) -> Iterator[tuple[str, str]]:
        """Yield the names, before and now, of the layers of both settings.

        The layer with the highest precedence comes first.
        """
        old = {reference.layer for reference in self.was.chain[:-1]}
        yield self.was.target, self.now.target
        for reference in reversed(self.now.chain[:-1]):
            if reference.layer in old:
                yield reference.layer, reference.layer


def cause_of(pointer: str, pair: Pair) -> Cause | None:
    """Return the edit that changed the value at ``pointer``.

    Of several edits, it is the one of the layer with the highest precedence. If no layer states another value than before,
    the cause is another entry of the catalogue, another branch of a target, or another origin of a branch.
    """
    edit = next(_edits(pointer, pair), None)
    provider = join("oauth_servers", *split(pointer)[1:2], "provider")
    if edit is None and pointer.startswith(_SERVERS) and pointer != provider and _by_catalogue(pointer, pair):
        return cause_of(provider, pair)
    return edit or _find_moved_layer(pair)


def cause_of_server(server: str, pair: Pair) -> Cause | None:
    """Return the edit that added or removed a server.

    It is the definition in a layer, or a change to another branch.
    """
    added = server in pair.now.servers
    definition = (pair.now if added else pair.was).definitions.get(join("oauth_servers", server))
    both = {layer for names in pair.layers() for layer in names}
    if definition is None or definition.layer not in both:
        return _find_moved_layer(pair)
    before, after = (None, "defined") if added else ("defined", None)
    return Cause(definition.layer, server, "", before, after, definition.location)


def reaches(pairs: Iterable[Pair]) -> tuple[Reach, ...]:
    """Return every edit of a layer, with the targets that it reaches or that hide it."""
    edits: dict[tuple[str, ...], tuple[Cause, dict[str, None], dict[str, Hidden]]] = {}
    for pair in pairs:
        runs = pair.now.kind in TARGETS
        for cause, hides in _effects(pair):
            key = (cause.layer, cause.location.file if cause.location else "", cause.server, cause.setting)
            _, reached, hidden = edits.setdefault(key, (cause, {}, {}))
            if runs and hides is None:
                reached[pair.now.target] = None
            elif runs and hides:
                hidden.setdefault(pair.now.target, hides)
    found = [
        Reach(cause, tuple(reached), tuple(each for name, each in hidden.items() if name not in reached))
        for cause, reached, hidden in edits.values()
    ]
    return tuple(sorted(found, key=_place))


def _effects(pair: Pair) -> Iterator[tuple[Cause, Hidden | None]]:
    """Yield every edit in the layers of a target, with the override that hides it.

    The override is None if the edit changes an effective value of the target.
    """
    came_or_went = pair.was.servers.keys() ^ pair.now.servers.keys()
    for server in came_or_went:
        cause = cause_of_server(server, pair)
        if cause:
            yield cause, None
    pointers = (pair.now.settings, pair.now.resets, pair.was.settings, pair.was.resets)
    for pointer in dict.fromkeys(pointer for each in pointers for pointer in each):
        if pointer.startswith(_SERVERS) and split(pointer)[1] in came_or_went:
            continue
        changed = _value(pair.was, pair.before, pointer) != _value(pair.now, pair.after, pointer)
        edits = list(_edits(pointer, pair))
        if changed:
            cause = cause_of(pointer, pair)
            if cause:
                yield cause, None
        for edit in edits[1:] if changed else edits:
            winner = pair.now.settings.get(pointer)
            yield edit, Hidden(pair.now.target, winner.origin.location if winner else None)


def _value(settings: Settings, side: Side, pointer: str) -> Any:
    setting = settings.settings.get(pointer)
    if setting is None:
        return None
    fingerprint = side.fingerprints.get(setting.value) if pointer.endswith("/client_secret") else None
    return comparison_key(with_fingerprint(setting.value, side)), fingerprint


def _edits(pointer: str, pair: Pair) -> Iterator[Cause]:
    """Yield the edits of a value in the layers of both, the highest precedence first."""
    old, new = _stated_by_layer(pair.was, pointer), _stated_by_layer(pair.now, pointer)
    if not old and not new:
        return
    _, *tokens = split(pointer) if pointer.startswith(_SERVERS) else ("", "", *split(pointer))
    for earlier, later in pair.layers():
        for was, now in _parts(old.get(earlier, ()), new.get(later, ())):
            before = with_fingerprint(was.value, pair.before) if was else None
            after = with_fingerprint(now.value, pair.after) if now else None
            same = (was is None) == (now is None) and comparison_key(before) == comparison_key(after)
            if not same or _has_fingerprint(was, pair.before) != _has_fingerprint(now, pair.after):
                place = next((origin.location for origin in (now, was) if origin), None)
                yield Cause(later, tokens[0], ".".join(tokens[1:]), before, after, place)


def _has_fingerprint(origin: Origin | None, side: Side) -> object:
    value = origin.value if origin else None
    return side.fingerprints.get(value) if isinstance(value, SecretReference) else None


def _stated_by_layer(settings: Settings, pointer: str) -> dict[str, tuple[Origin, ...]]:
    """Return all statements of a value by layer.

    A layer and its secrets file may both state a secret.
    """
    setting = settings.settings.get(pointer)
    gone = settings.resets.get(pointer, ())
    stated: dict[str, tuple[Origin, ...]] = {}
    for origin in (*((setting.origin,) if setting else ()), *gone, *(setting.replaced if setting else ())):
        if origin.place is not None:
            stated[origin.layer] = (*stated.get(origin.layer, ()), origin)
    return stated


def _parts(old: tuple[Origin, ...], new: tuple[Origin, ...]) -> Iterator[tuple[Origin | None, Origin | None]]:
    """Yield the old and the new statement of a layer's own file and its secrets file."""
    files = [{_is_of_secrets(origin): origin for origin in reversed(stated)} for stated in (old, new)]
    for secrets in (True, False):
        was, now = (each.get(secrets) for each in files)
        if was or now:
            yield was, now


def _is_of_secrets(origin: Origin) -> bool:
    return origin.place is not None and origin.place.file.endswith(".secrets.yaml")


def _by_catalogue(pointer: str, pair: Pair) -> bool:
    return any(
        origin.layer.startswith("provider/")
        for settings in (pair.was, pair.now)
        if (setting := settings.settings.get(pointer))
        for origin in (setting.origin, *setting.replaced)
    )


def _find_moved_layer(pair: Pair) -> Cause | None:
    """Return the first layer whose branch or origin has changed, or None."""
    for earlier, later in pair.layers():
        old, new = pair.before.links.get(earlier), pair.after.links.get(later)
        if old and new and old.parent != new.parent:
            setting = "origin" if later.startswith(f"{Kind.BRANCH}/") else "branch"
            return Cause(later, "", setting, _branch(old), _branch(new), new.place.location)
    return None


def _branch(link: Link) -> str | None:
    return link.parent.partition("/")[2] if link.parent else None


def _place(reach: Reach) -> tuple[object, ...]:
    location = reach.cause.location
    return (location is None, *((location.file, location.line, location.column) if location else ()), *reach.cause[:3])
