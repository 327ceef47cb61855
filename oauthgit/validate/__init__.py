"""Check data against the JSON Schemas, and report a finding for each error (OG2)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import OF_ONE_FILE, Finding, Related, at_most, left_out_of_file
from oauthgit.model.fix import Replace
from oauthgit.model.formats.json_pointer import child, join, split, value_at
from oauthgit.model.formats.sanitize import readable_name_at
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS, Kind
from oauthgit.validate.compiled import accepts

if TYPE_CHECKING:
    from oauthgit.model.location import Location
    from oauthgit.validate.explain import Problem, TextOf

_KINDS: Final = frozenset(Kind)


def validate(document: Document) -> tuple[Document | None, list[Finding]]:
    """Return a document without its invalid values, and a finding for each of these.

    The document is None if it is not a mapping, or if its kind does not match its path (the rule OG307 reports that).
    """
    data = document.data
    stated = data.get("kind") if isinstance(data, dict) else None
    if isinstance(stated, str) and stated != document.kind and stated in _KINDS:
        return None, []
    problems = [
        problem
        for problem in _problems(document.kind.value, data, document.marks.text_of)
        if problem.pointer not in document.invalid and value_at(data, problem.pointer) != PLAINTEXT
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
    findings += _find_untrimmed(document)
    findings = at_most(findings)
    if not isinstance(data, dict):
        return None, findings
    wrong = document.invalid | {problem.pointer for problem in problems if problem.code != "OG203"}
    return document._replace(data=_without(data, wrong), invalid=wrong), findings


class Missing:
    """Collect the settings that targets need and do not have.

    A server that several targets inherit unchanged is checked once, and reported once for all of them.
    """

    def __init__(self) -> None:
        self._lacking: dict[int, tuple[Any, list[str]]] = {}
        self._found: dict[tuple[int, str], tuple[Finding, list[str]]] = {}
        self._idle: list[Finding] = []
        self._of_file: Counter[str] = Counter()
        self._unread: dict[str, tuple[Location, list[str]]] = {}

    def look(self, settings: Settings, known_wrong: Collection[str], own: Document) -> None:
        """Add the missing settings of a target.

        ``known_wrong`` are pointers that already have a finding. ``own`` is the document of the target itself: a missing
        setting may be added there or in a branch. A branch need not be complete, because its targets may add settings.
        """
        if settings.kind not in TARGETS:
            return
        if not settings.servers and settings.is_valid:
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
        """Return the findings."""
        of_servers = (finding._replace(targets=tuple(targets)) for finding, targets in self._found.values())
        unread = (
            left_out_of_file(count, "OG203", place, tuple(dict.fromkeys(targets)))
            for file, (place, targets) in self._unread.items()
            if (count := self._of_file[file] - OF_ONE_FILE)
        )
        return [*self._idle, *of_servers, *unread]

    def _note(self, same: tuple[int, str], settings: Settings, server: str, pointer: str, own: Document) -> None:
        """Add a finding, or a target to a known one; above a file's limit, only count."""
        if same not in self._found:
            place = settings.locate(pointer)
            self._of_file[place.file] += 1
            if self._of_file[place.file] > OF_ONE_FILE:
                self._unread.setdefault(place.file, (place, []))[1].append(settings.target)
                return
            self._found[same] = _missing(settings, server, pointer, own), []
        self._found[same][1].append(settings.target)


def _lacking(server: Mapping[str, Any]) -> list[str]:
    """Return the pointers of required settings that an effective server does not have."""
    stated = {name: value for name, value in server.items() if name != "client_secret"}
    missing = [problem.pointer for problem in _problems(EFFECTIVE, stated, _no_text) if problem.code == "OG203"]
    return missing if "client_secret" in server else [*missing, "/client_secret"]


def _problems(name: str, data: Any, text_of: "TextOf") -> "list[Problem]":
    if accepts(name)(data):
        return []
    from oauthgit.validate.explain import explain
    from oauthgit.validate.jsonschema_violations import list_violations

    return explain(list_violations(name, data), schema(name), text_of)


def _no_text(_pointer: str, _value: object) -> str:
    return ""


def _idle(settings: Settings) -> Finding:
    return Finding(
        "OG311",
        f"{settings.target} has no OAuth server, and the branch below it has none either",
        settings.location,
        remedy="Define a server in the branch, or delete the file if there is nothing to configure.",
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
        "client_secret": "Put it into the secrets file beside the layer, or name an environment variable with from_env.",
        "authorization_endpoint": "Set it, or remove authorization_code from grant_types.",
    }.get(setting, f"Set {setting} in the branch or in the target.")
    return Finding(
        "OG203",
        f"{server} has no {setting}, and a target cannot use the server without it",
        place,
        remedy=remedy,
        related=tuple(related),
        targets=(settings.target,),
    )


def _is_empty_secret(document: Document, pointer: str) -> bool:
    """Return True if a secrets file has an empty secret at ``pointer``.

    The rule OG514 reports it.
    """
    written = document.kind is Kind.SECRETS and pointer.endswith("/client_secret") and pointer in document.marks
    return written and value_at(document.data, pointer) in ("", None)


def _find_untrimmed(document: Document) -> list[Finding]:
    return [
        Finding(
            "OG205",
            f"{readable_name_at(pointer)} begins or ends with white space, which is sent with the value",
            document.locate(pointer),
            remedy="Remove the white space.",
            fix=Replace(value.strip()) if value.strip() else None,
        )
        for pointer, value in (_with_margins(document.data, "") if isinstance(document.data, (dict, list)) else ())
        if not pointer.startswith("/sops/")
    ]


def _with_margins(data: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer and text of each value that begins or ends with white space."""
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
