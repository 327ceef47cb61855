"""Check data against the JSON Schemas and say what is wrong, one good finding a mistake (OG2)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import OF_ONE_FILE, Finding, Related, at_most, left_out_of_file
from oauthgit.model.fix import Replace
from oauthgit.model.formats.json_pointer import child, join, split, value_at
from oauthgit.model.formats.sanitize import name_at
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS, Kind
from oauthgit.validate.accepting import accepts

if TYPE_CHECKING:
    from oauthgit.model.location import Location
    from oauthgit.validate.explain import Problem

_KINDS: Final = frozenset(Kind)


def validate(document: Document) -> tuple[Document | None, list[Finding]]:
    """Check the shape of a document; return it without the values that are wrong, and a finding for each of those.

    None comes back where nothing of the document can be used: it is not a mapping, or it is of another kind than its
    path says (the rule OG307 speaks of that).
    """
    data = document.data
    stated = data.get("kind") if isinstance(data, dict) else None
    if isinstance(stated, str) and stated != document.kind and stated in _KINDS:
        return None, []
    problems = [
        problem
        for problem in _problems(document.kind.value, data)
        if problem.pointer not in document.doubtful and value_at(data, problem.pointer) != PLAINTEXT
    ]
    findings = [
        Finding(
            problem.code,
            problem.message,
            document.locate(problem.pointer, key=problem.at_key),
            hint=problem.hint,
            remedy=problem.remedy,
            fix=problem.fix,
        )
        for problem in problems
        if not _is_empty_secret(document, problem.pointer)
    ]
    findings += _untrimmed(document)
    findings = at_most(findings)
    if not isinstance(data, dict):
        return None, findings
    wrong = document.doubtful | {problem.pointer for problem in problems if problem.code != "OG203"}
    return document._replace(data=_without(data, wrong), doubtful=wrong), findings


class Missing:
    """What targets lack to run; a server that several inherit as it is, is looked at once, and found once for all of them."""

    def __init__(self) -> None:
        self._lacking: dict[int, tuple[Any, list[str]]] = {}
        self._found: dict[tuple[int, str], tuple[Finding, list[str]]] = {}
        self._idle: list[Finding] = []
        self._of_file: Counter[str] = Counter()
        self._left_out: dict[str, tuple[Location, list[str]]] = {}

    def look(self, settings: Settings, known_wrong: Collection[str], own: Document) -> None:
        """Note what a target lacks; ``known_wrong`` are pointers that a finding speaks of already.

        ``own`` is the document of the target itself, which may say what is missing as well as a branch. A branch by itself
        need not be complete: what it leaves open is for its targets to fill.
        """
        if settings.kind not in TARGETS:
            return
        if not settings.servers and settings.sound:
            self._idle.append(_idle(settings))
        for server, values in settings.servers.items():
            same = id(values)
            if same not in self._lacking:
                self._lacking[same] = values, _lacking(values)
            for member in self._lacking[same][1]:
                pointer = join("oauth_servers", server) + member
                if pointer not in known_wrong:
                    self._note((same, member), settings, server, pointer, own)

    def findings(self) -> list[Finding]:
        """Return what was found."""
        of_servers = (finding._replace(targets=tuple(targets)) for finding, targets in self._found.values())
        left_out = (
            left_out_of_file(count, "OG203", place, tuple(dict.fromkeys(targets)))
            for file, (place, targets) in self._left_out.items()
            if (count := self._of_file[file] - OF_ONE_FILE)
        )
        return [*self._idle, *of_servers, *left_out]

    def _note(self, same: tuple[int, str], settings: Settings, server: str, pointer: str, own: Document) -> None:
        """Add a finding, or a target to one that is known; beyond so many of a file they are counted only."""
        if same not in self._found:
            place = settings.locate(pointer)
            self._of_file[place.file] += 1
            if self._of_file[place.file] > OF_ONE_FILE:
                self._left_out.setdefault(place.file, (place, []))[1].append(settings.target)
                return
            self._found[same] = _missing(settings, server, pointer, own), []
        self._found[same][1].append(settings.target)


def _lacking(server: Mapping[str, Any]) -> list[str]:
    """Return the pointers below an effective server of what it must have and has not."""
    stated = {name: value for name, value in server.items() if name != "client_secret"}
    missing = [problem.pointer for problem in _problems(EFFECTIVE, stated) if problem.code == "OG203"]
    return missing if "client_secret" in server else [*missing, "/client_secret"]


def _problems(name: str, data: Any) -> "list[Problem]":
    if accepts(name)(data):
        return []
    from oauthgit.validate.explain import explain
    from oauthgit.validate.jsonschema_violations import list_violations

    return explain(list_violations(name, data), schema(name))


def _idle(settings: Settings) -> Finding:
    return Finding(
        "OG311",
        f"{settings.target} has no OAuth server, and neither has the branch below it",
        settings.location,
        remedy="define a server in the branch, or delete the file if nothing is to be configured",
        targets=(settings.target,),
    )


def _missing(settings: Settings, server: str, pointer: str, own: Document) -> Finding:
    setting = split(pointer)[-1]
    place, there = settings.locate(pointer), own.locate(pointer)
    related = [Related("the target", there)] if there.file != place.file else []
    if setting == "authorization_endpoint":
        words, origin = settings.user_login(split(pointer)[1])
        related += [Related(words, origin.location)] if origin.location else []
    remedy = {
        "client_secret": "put it into the secrets file beside the layer, or name an environment variable with from_env",
        "authorization_endpoint": "set it, or take authorization_code out of grant_types",
    }.get(setting, f"set {setting} in the branch or in the target")
    return Finding(
        "OG203",
        f"{server} has no {setting}, and a target cannot use the server without it",
        place,
        remedy=remedy,
        related=tuple(related),
        targets=(settings.target,),
    )


def _is_empty_secret(document: Document, pointer: str) -> bool:
    """Tell whether a secrets file has an empty secret at ``pointer`` (the rule OG514 speaks of that)."""
    written = document.kind is Kind.SECRETS and pointer.endswith("/client_secret") and pointer in document.marks
    return written and value_at(document.data, pointer) in ("", None)


def _untrimmed(document: Document) -> list[Finding]:
    return [
        Finding(
            "OG205",
            f"{name_at(pointer)} begins or ends with white space, which goes out with the value",
            document.locate(pointer),
            remedy="take the white space away",
            fix=Replace(value.strip()) if value.strip() else None,
        )
        for pointer, value in (_with_margins(document.data, "") if isinstance(document.data, (dict, list)) else ())
        if not pointer.startswith("/sops/")
    ]


def _with_margins(data: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every text below ``data`` that begins or ends with white space, with its pointer."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, str):
            if value != value.strip():
                yield child(pointer, key), value
        elif value and isinstance(value, (dict, list)):
            yield from _with_margins(value, child(pointer, key))


def _without(data: Any, wrong: Collection[str], pointer: str = "") -> Any:
    if not wrong:
        return data
    if isinstance(data, Mapping):
        members = ((key, value, child(pointer, key)) for key, value in data.items())
        return {key: _without(value, wrong, at) for key, value, at in members if at not in wrong}
    if isinstance(data, list):
        items = ((item, child(pointer, index)) for index, item in enumerate(data))
        return [_without(item, wrong, at) for item, at in items if at not in wrong]
    return data
