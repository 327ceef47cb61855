"""Find the settings that targets need and do not have (OG203, OG311)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import OF_ONE_FILE, Finding, Related, left_out_of_file
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.location import Location
from oauthgit.model.schema import EFFECTIVE
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS
from oauthgit.validate.problems import find_problems

_REMEDIES: Final = {
    "authorization_endpoint": "Set authorization_endpoint, or remove authorization_code from grant_types.",
    "client_secret": (
        "Put client_secret into the secrets file beside the layer, or name an environment variable with from_env."
    ),
}
_NAMES: Final = 500
"""Among more names than these no similar one is looked for."""


class _Lack(NamedTuple):
    """Hold the names of the settings that a server lacks, and the targets.

    ``names`` count the targets that lack each setting. ``settings`` and ``own`` are those of the first target.
    """

    settings: Settings
    own: Document
    names: Counter[str]
    targets: list[str]


class Missing:
    """Collect the settings that targets need and do not have.

    A server that several targets inherit unchanged is checked once, and reported once for all of them. What a server
    lacks at one place is one finding.
    """

    def __init__(self) -> None:
        self._lacking: dict[int, tuple[Any, list[str]]] = {}
        self._found: dict[tuple[str, Location], _Lack] = {}
        self._idle: list[Finding] = []
        self._of_file: Counter[str] = Counter()
        self._unread: dict[str, tuple[Location, list[str]]] = {}

    def look(self, settings: Settings, own: Document) -> None:
        """Add the missing settings of a target, except those that already have a finding.

        ``own`` is the document of the target itself: a missing setting may be added there or in a branch. A branch need
        not be complete, because its targets may add settings.
        """
        if settings.kind not in TARGETS:
            return
        if not settings.servers and settings.is_valid:
            self._idle.append(_idle(settings))
        for server, values in settings.servers.items():
            same = id(values)
            if same not in self._lacking:
                self._lacking[same] = values, _lacking(values)
            if lacking := self._lacking[same][1]:
                for place, names in _places(settings, server, lacking).items():
                    self._note(settings, server, place, names, own)

    def findings(self) -> list[Finding]:
        """Return the findings."""
        of_servers = (_missing(server, place, lack) for (server, place), lack in self._found.items())
        unread = (
            left_out_of_file(count, "OG203", place, tuple(dict.fromkeys(targets)))
            for file, (place, targets) in self._unread.items()
            if (count := self._of_file[file] - OF_ONE_FILE)
        )
        return [*self._idle, *of_servers, *unread]

    def _note(self, settings: Settings, server: str, place: Location, names: Sequence[str], own: Document) -> None:
        """Add a finding, or a target to a known one; above a file's limit, only count."""
        same = server, place
        if same not in self._found:
            self._of_file[place.file] += 1
            if self._of_file[place.file] > OF_ONE_FILE:
                self._unread.setdefault(place.file, (place, []))[1].append(settings.target)
                return
            self._found[same] = _Lack(settings, own, Counter(), [])
        self._found[same].names.update(names)
        self._found[same].targets.append(settings.target)


def _lacking(server: Mapping[str, Any]) -> list[str]:
    """Return the names of required settings that an effective server does not have."""
    stated = {name: value for name, value in server.items() if name != "client_secret"}
    missing = [problem.pointer[1:] for problem in find_problems(EFFECTIVE, stated) if problem.code == "OG203"]
    return missing if "client_secret" in server else [*missing, "client_secret"]


def _places(settings: Settings, server: str, lacking: Sequence[str]) -> dict[Location, list[str]]:
    """Return the names of missing settings by the place where they are reported."""
    places: dict[Location, list[str]] = {}
    for name in lacking:
        pointer = join("oauth_servers", server, name)
        if settings.is_known(pointer):
            places.setdefault(settings.locate(pointer), []).append(name)
    return places


def _idle(settings: Settings) -> Finding:
    return Finding(
        "OG311",
        f"{settings.target} has no OAuth server, and the branch below it has none either",
        settings.location,
        remedy="Define a server in the branch, or delete the file if there is nothing to configure.",
        targets=(settings.target,),
    )


def _missing(server: str, place: Location, lack: _Lack) -> Finding:
    settings, names = lack.settings, list(lack.names)
    there = lack.own.locate(join("oauth_servers", server, names[0]))
    related = [Related("the target", there)] if there.file != place.file else []
    if "authorization_endpoint" in names:
        words, origin = settings.user_login(server)
        related += [Related(words, origin.location)] if origin.location else []
    ordinary = [name for name in names if name not in _REMEDIES]
    remedies = [f"Set {_list(ordinary)} in the branch or in the target."] if ordinary else []
    partly = "" if set(lack.names.values()) == {len(lack.targets)} else " in some targets"
    them = "it" if len(names) == 1 else "them"
    return Finding(
        "OG203",
        f"{server} has no {_list(names)}{partly}, and a target cannot use the server without {them}",
        place,
        remedy=" ".join([*remedies, *(_REMEDIES[name] for name in names if name in _REMEDIES)]),
        related=(*related, *_nearest(settings, server)),
        targets=tuple(lack.targets),
    )


def _nearest(settings: Settings, server: str) -> Iterator[Related]:
    """Yield the server of a lower branch with a similar name.

    The incomplete server may be meant to override it.
    """
    height = {reference.layer: level for level, reference in enumerate(settings.chain)}
    levels = {
        name: height.get(settings.definitions[join("oauth_servers", name)].layer, -1) for name in settings.servers
    }
    below = [name for name, level in levels.items() if 0 <= level < levels[server]]
    if not 0 < len(below) <= _NAMES:
        return
    import difflib

    for name in difflib.get_close_matches(server, below, n=1):
        if place := settings.definitions[join("oauth_servers", name)].location:
            yield Related(f"{name}, which may be meant", place)


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
