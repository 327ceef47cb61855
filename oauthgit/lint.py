"""Run the rules on documents and on effective settings; a rule that crashes is a finding (OG002)."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain
from sys import byteorder
from typing import Any, NamedTuple

from oauthgit.model.digest import short
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related
from oauthgit.model.location import Location
from oauthgit.model.pointer import split
from oauthgit.model.rule import (
    Condition,
    DocumentCheck,
    Remark,
    Rule,
    SettingCheck,
    Silence,
    TargetsCheck,
    Trace,
    WorkspaceCheck,
)
from oauthgit.model.settings import Origin, Setting, Settings, server_of
from oauthgit.model.workspace import Kind

Job = Callable[[], list[Finding]]
"""A part of the work that needs no other part."""

_DOCUMENTS, _TARGETS = 128, 32
"""So many of them are one job."""


class Checks(NamedTuple):
    """The functions of rules by what they look at; ``across`` are those of rules that set all things against each other."""

    documents: Sequence[tuple[Rule, DocumentCheck]]
    workflows: Sequence[tuple[Rule, DocumentCheck]]
    workspace: Sequence[tuple[Rule, WorkspaceCheck]]
    settings: "_Subscriptions"
    across: Sequence[Rule]


def prepared(rules: Sequence[Rule]) -> Checks:
    """Return the functions of ``rules``, to be asked about as many parts of a project as there are."""
    return Checks(
        [(rule, rule.check_document) for rule in rules if rule.check_document],
        [(rule, rule.check_workflow) for rule in rules if rule.check_workflow],
        [(rule, rule.check_workspace) for rule in rules if rule.check_workspace and not rule.is_across],
        _Subscriptions(rule for rule in rules if rule.check_setting),
        [rule for rule in rules if rule.is_across],
    )


def lint(
    documents: Sequence[Document], targets: Sequence[Settings], rules: Sequence[Rule], policy: Mapping[str, Any]
) -> list[Finding]:
    """Return what the rules find; the same remark at the same place in several targets is one finding with them all."""
    checks = prepared(rules)
    return joined(
        [*(job() for job in jobs(checks, documents, targets, policy)), across(checks, documents, targets, policy)]
    )


def jobs(
    checks: Checks,
    documents: Sequence[Document],
    targets: Sequence[Settings],
    policy: Mapping[str, Any],
    common: Sequence[Document] = (),
) -> list[Job]:
    """Return as jobs what the rules have to do that look at one thing, or at what belongs together.

    ``common`` are documents that concern these and were judged elsewhere.
    """
    workflows = [document for document in documents if document.kind is Kind.WORKFLOW]
    others = _without_workflows(documents)
    found: list[Job] = [
        partial(_on_documents, rules, concerned[start : start + _DOCUMENTS])
        for rules, concerned in ((checks.documents, others), (checks.workflows, workflows))
        for start in range(0, len(concerned), _DOCUMENTS)
    ]
    together = [*_without_workflows(common), *others]
    if others:
        found += [partial(_on_workspace, rule, check, together, policy) for rule, check in checks.workspace]
    return found + [
        partial(_on_settings, checks.settings, targets[start : start + _TARGETS])
        for start in range(0, len(targets), _TARGETS)
    ]


def across(
    checks: Checks, documents: Sequence[Document], targets: Sequence[Settings], policy: Mapping[str, Any]
) -> list[Finding]:
    """Return what the rules find that set all things against each other."""
    documents = _without_workflows(documents)
    findings = []
    for rule in checks.across:
        if rule.check_workspace and documents:
            findings += _on_workspace(rule, rule.check_workspace, documents, policy)
        if rule.check_targets and targets:
            findings += _on_targets(rule, rule.check_targets, targets)
    return findings


def traces(checks: Checks, documents: Sequence[Document], targets: Sequence[Settings]) -> bytes:
    """Return what tells whether :func:`across` would find anything, for :func:`meeting`: numbers of eight bytes.

    The first half of them stands for the keys of traces, the other for the same keys on their sides.
    """
    documents = _without_workflows(documents)
    found: set[Trace] = set()
    for rule in checks.across:
        try:
            found.update(
                (f"{rule.code} {key}", side) for key, side in (rule.traces(documents, targets) if rule.traces else ())
            )
        except Exception:  # noqa: BLE001 - whatever it is, the rule itself is asked then, and tells
            found |= {(rule.code, "one"), (rule.code, "other")}
    sides = {side: short(side) for _, side in found}
    keys = [(short(key), sides[side]) for key, side in found]
    return b"".join(
        number.to_bytes(8, byteorder) for number in (*(key for key, _ in keys), *(key ^ side for key, side in keys))
    )


def meeting(parts: Sequence[bytes]) -> list[int]:
    """Return the numbers of those parts, given by their traces, in which :func:`across` may find anything."""
    numbers = [memoryview(part).cast("Q").tolist() for part in parts]
    keys = [key for several in numbers for key in several[: len(several) // 2]]
    if len(set(keys)) == len(keys):
        return []
    on_sides = (number for several in numbers for number in several[len(several) // 2 :])
    sides: dict[int, set[int]] = {}
    for key, on_side in zip(keys, on_sides, strict=True):
        sides.setdefault(key, set()).add(on_side)
    suspect = {key for key, several in sides.items() if len(several) > 1}
    return [number for number, several in enumerate(numbers) if not suspect.isdisjoint(several[: len(several) // 2])]


def _without_workflows(documents: Sequence[Document]) -> list[Document]:
    return [document for document in documents if document.kind is not Kind.WORKFLOW]


def joined(findings: Iterable[Iterable[Finding]]) -> list[Finding]:
    """Return findings without those that say the same of the same place; of these the first gets the targets of all."""
    first: dict[tuple[str, Location, str], Finding] = {}
    for finding in chain.from_iterable(findings):
        same = (finding.code, finding.location, finding.message)
        known = first.get(same)
        if known is None:
            first[same] = finding
        else:
            first[same] = known._replace(targets=tuple(dict.fromkeys(known.targets + finding.targets)))
    return list(first.values())


_Group = tuple[Silence | None, list[tuple[Rule, SettingCheck]]]
"""Rules that are asked about the same settings: those of which the function is not true."""


class _Subscriptions:
    """The rules on settings: those that are asked of a server, and of what belongs to none."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(rule, rule.check_setting, _patterns(rule.on)) for rule in rules if rule.check_setting]
        self._stated = {token for _, _, on in self._rules for pattern in on for token in pattern}
        self._conditions = dict.fromkeys(rule.of for rule, _, _ in self._rules if rule.of)
        self._of: dict[frozenset[Condition], _Subscribed] = {}
        self._fitting: dict[tuple[str, ...], list[tuple[Rule, SettingCheck]]] = {}

    def of(self, server: str, settings: Settings) -> "_Subscribed":
        """Return the rules that are asked of a server; without a name, those of what belongs to no server."""
        true = frozenset(of for of in self._conditions if not server or of(settings, server))
        if true not in self._of:
            self._of[true] = _Subscribed(self, true)
        return self._of[true]

    def fitting(self, pointer: str) -> list[tuple[Rule, SettingCheck]]:
        """Return the rules with a pattern that a pointer fits."""
        # To a rule, servers differ by their names only, and no pattern states a name.
        tokens = tuple(token if token in self._stated else "" for token in split(pointer))
        if tokens not in self._fitting:
            self._fitting[tokens] = [
                (rule, check) for rule, check, on in self._rules if any(_fits(tokens, pattern) for pattern in on)
            ]
        return self._fitting[tokens]


class _Subscribed(dict[str, list[_Group]]):
    """The rules on settings by pointer, found when a pointer is first seen: most targets have the same settings."""

    def __init__(self, subscriptions: _Subscriptions, true: AbstractSet[Condition]) -> None:
        super().__init__()
        self._subscriptions, self._true = subscriptions, true

    def __missing__(self, pointer: str) -> list[_Group]:
        groups: dict[Silence | None, list[tuple[Rule, SettingCheck]]] = {}
        for rule, check in self._subscriptions.fitting(pointer):
            if rule.of is None or rule.of in self._true:
                groups.setdefault(rule.unless, []).append((rule, check))
        found = self[pointer] = list(groups.items())
        return found


def _patterns(on: str | tuple[str, ...]) -> list[tuple[str, ...]]:
    return [split(pattern) for pattern in ((on,) if isinstance(on, str) else on)]


def _fits(tokens: Sequence[str], pattern: Sequence[str]) -> bool:
    """Tell whether a pointer fits a pattern: ``*`` is one token, a final ``**`` one or more."""
    if pattern[-1] == "**" and len(tokens) >= len(pattern):
        tokens, pattern = tokens[: len(pattern) - 1], pattern[:-1]
    return len(tokens) == len(pattern) and all(map(_fits_token, tokens, pattern))


def _fits_token(token: str, stated: str) -> bool:
    return stated in {"*", token}


def _values(settings: Settings, servers: Container[str]) -> Iterator[tuple[str, Setting]]:
    """Yield every effective value, with the name of its server, if that is among ``servers``; without one it is empty.

    Values are the leaves, and each mapping as a whole with the origin that defined it.
    """
    for pointer, setting in settings.settings.items():
        server = server_of(pointer)
        if server in servers:
            yield server, setting
    for pointer, definition in settings.definitions.items():
        server = server_of(pointer)
        if server in servers:
            value = settings.data
            for token in split(pointer):
                value = value.get(token, {})
            yield server, Setting(pointer, value, definition)


def _on_settings(subscriptions: _Subscriptions, targets: Iterable[Settings]) -> list[Finding]:
    """Return what rules find in targets; a server that several inherit as it is, is judged for the first of them."""
    findings: list[Finding] = []
    judged: dict[tuple[int, str | None, bool, frozenset[str]], list[Finding]] = {}
    for settings in targets:
        asked = {"": (subscriptions.of("", settings), findings)}
        for name, server in settings.servers.items():
            alike = (id(server), settings.environment, settings.sound, settings.left_out)
            if alike in judged:
                findings += [finding._replace(targets=(settings.target,)) for finding in judged[alike]]
            else:
                found = judged[alike] = []
                asked[name] = (subscriptions.of(name, settings), found)
        for name, setting in _values(settings, asked):
            subscribed, found = asked[name]
            groups = subscribed[setting.pointer]
            if groups:
                _on_setting(groups, setting, settings, found)
        del asked[""]
        findings += chain.from_iterable(found for _, found in asked.values())
    return findings


def _on_setting(groups: Iterable[_Group], setting: Setting, settings: Settings, findings: list[Finding]) -> None:
    """Add what rules find in one value to ``findings``; most find nothing, so little is done before one speaks."""
    for unless, rules in groups:
        if unless is not None and unless(setting, settings):
            continue
        for rule, check in rules:
            try:
                for said in check(setting, settings):
                    findings.append(_on_value(rule, said, setting, settings))  # noqa: PERF401 - what was said before a crash counts
            except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on
                findings.append(_crash(rule, error, settings.locate(setting.pointer), (settings.target,)))


def _on_value(rule: Rule, said: Remark | str, setting: Setting, settings: Settings) -> Finding:
    remark = said if isinstance(said, Remark) else Remark(said)
    pointer = setting.pointer if remark.pointer is None else remark.pointer
    place = _place(settings, pointer)
    found = _finding(rule, remark, place, (settings.target,))
    return found if place.pointer == pointer else found._replace(fix=None)


def _on_documents(rules: Sequence[tuple[Rule, DocumentCheck]], documents: Sequence[Document]) -> list[Finding]:
    return [
        finding
        for document in documents
        for rule, check in rules
        if not rule.kinds or document.kind in rule.kinds
        for finding in _on_document(rule, check, document)
    ]


def _on_document(rule: Rule, check: DocumentCheck, document: Document) -> Iterator[Finding]:
    try:
        for said in check(document):
            remark = said if isinstance(said, Remark) else Remark(said)
            place = document.locate(remark.pointer or "", key=remark.at_key)
            found = _finding(rule, remark, place, ())
            yield found if place.pointer == (remark.pointer or "") else found._replace(fix=None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on
        yield _crash(rule, error, document.locate(""), ())


def _on_workspace(
    rule: Rule, check: WorkspaceCheck, documents: Sequence[Document], policy: Mapping[str, Any]
) -> list[Finding]:
    findings = []
    try:
        for remark in check(documents, policy):
            document = remark.document or documents[0]
            findings.append(_finding(rule, remark, document.locate(remark.pointer or "", key=remark.at_key), ()))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on
        findings.append(_crash(rule, error, documents[0].locate(""), ()))
    return findings


def _on_targets(rule: Rule, check: TargetsCheck, targets: Sequence[Settings]) -> list[Finding]:
    findings = []
    try:
        for remark in check(targets):
            concerned = remark.targets or targets[:1]
            place = _place(concerned[0], remark.pointer or "")
            names = dict.fromkeys(settings.target for settings in concerned)
            findings.append(_finding(rule, remark, place, tuple(names)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on
        findings.append(_crash(rule, error, targets[0].location, ()))
    return findings


def _place(settings: Settings, pointer: str) -> Location:
    definition: Origin | None = settings.definitions.get(pointer)
    return definition.location if definition and definition.location else settings.locate(pointer)


def _finding(rule: Rule, remark: Remark, place: Location, targets: tuple[str, ...]) -> Finding:
    others = {origin.location: Related(words, origin.location) for words, origin in remark.related if origin.location}
    related = tuple(each for location, each in others.items() if location != place)
    return Finding(rule.code, remark.message, place, remark.hint, remark.remedy, related, targets, fix=remark.fix)


def _crash(rule: Rule, error: Exception, place: Location, targets: tuple[str, ...]) -> Finding:
    """Say that a rule broke: the kind of error only, for its text may quote a value."""
    return Finding(
        "OG002",
        f"rule {rule.code} broke here ({type(error).__name__}), so this place was not checked by it",
        place,
        remedy="this is a bug in oauthgit: please report it; until then, switch the rule off in the policy",
        targets=targets,
    )
