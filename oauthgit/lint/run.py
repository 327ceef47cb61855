"""Run rules and convert their matches to findings with places and targets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.lint.subscriptions import Group, Subscribed, Subscriptions
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Related, at_most
from oauthgit.model.formats.json_pointer import child, join
from oauthgit.model.location import Location
from oauthgit.model.rule import DocumentCheck, Rule, RuleMatch, TargetsCheck, WorkspaceCheck
from oauthgit.model.settings import Origin, Setting, Settings

_MAX_FINDINGS: Final = 10_000
"""Number of findings after which each further file adds only a few; no report shows as many."""


def _values(settings: Settings, servers: "Mapping[str, Sequence[_Subscribed]]") -> Iterator[tuple[str, Setting]]:
    """Yield the effective values of ``servers``, each with the name of its server.

    The name is empty for values outside of servers. Values are the leaves, and each mapping as a whole with the origin
    that defined it.
    """
    for server, subscribed in servers.items():
        if not server:
            yield from _values_of_none(settings)
            continue
        own, pointer = settings.servers[server], join("oauth_servers", server)
        names = subscribed[0][0].names if len(subscribed) == 1 else None
        if names is not None:
            own = {name: own[name] for name in names if name in own}
        elif definition := settings.definitions.get(pointer):
            yield server, Setting(pointer, own, definition)
        for setting in _values_below(own, pointer, settings):
            yield server, setting


def _values_below(values: Mapping[str, Any], pointer: str, settings: Settings) -> Iterator[Setting]:
    """Yield the settings below a pointer, which has ``values``."""
    for name, value in values.items():
        at = f"{pointer}/{name}" if name.isidentifier() else child(pointer, name)
        if isinstance(value, dict):
            if definition := settings.definitions.get(at):
                yield Setting(at, value, definition)
            yield from _values_below(value, at, settings)
        elif setting := settings.settings.get(at):
            yield setting


def _values_of_none(settings: Settings) -> Iterator[tuple[str, Setting]]:
    """Yield the effective values outside of servers."""
    for name, value in settings.data.items():
        pointer = join(name)
        if setting := settings.settings.get(pointer):
            yield "", setting
        if definition := settings.definitions.get(pointer):
            yield "", Setting(pointer, value, definition)


class _SharedServers:
    """Hold the findings in servers that targets share, with the targets."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._of: dict[int, tuple[Subscribed, Subscribed]] = {}
        self._results: dict[tuple[str | None, bool, frozenset[str]], dict[int, tuple[list[Finding], list[str]]]] = {}

    def subscribe(self, settings: Settings) -> "Iterator[tuple[str, list[_Subscribed]]]":
        """Yield new servers, with the rules to run and lists for their findings.

        Rules that depend on the environment run once for each.
        """
        certain = settings.is_valid, settings.dropped
        results = [self._results.setdefault((each, *certain), {}) for each in ("", settings.environment)]
        for name, server in settings.servers.items():
            same = id(server)
            new: list[_Subscribed] = []
            for number, known in enumerate(results):
                if same in known:
                    known[same][1].append(settings.target)
                    continue
                if same not in self._of:
                    self._of[same] = self._subscriptions.of(name, settings)
                known[same] = ([], [settings.target])
                new.append((self._of[same][number], known[same][0]))
            if new:
                yield name, new

    def findings(self) -> Iterator[Finding]:
        """Yield all findings, each with the targets that share its server."""
        for known in self._results.values():
            for found, names in known.values():
                concerned = tuple(names) if found else ()
                yield from (finding._replace(targets=concerned) for finding in found)


_Subscribed = tuple[Subscribed, list[Finding]]
"""Rules by pointer, and the list for their findings."""


def on_settings(subscriptions: Subscriptions, targets: Iterable[Settings]) -> list[Finding]:
    """Return the findings in targets; lint a server that targets share once.

    A finding in such a server has all of these targets.
    """
    findings: list[Finding] = []
    shared = _SharedServers(subscriptions)
    for settings in targets:
        subscribed_of = {"": [(subscribed, findings) for subscribed in subscriptions.of("", settings)]}
        subscribed_of.update(shared.subscribe(settings))
        for name, setting in _values(settings, subscribed_of) if len(subscribed_of) > 1 else _values_of_none(settings):
            for subscribed, found in subscribed_of[name]:
                groups = subscribed[setting.pointer]
                if groups:
                    _on_setting(groups, setting, settings, found)
    return [*findings, *shared.findings()]


def _on_setting(groups: Iterable[Group], setting: Setting, settings: Settings, findings: list[Finding]) -> None:
    """Run rules on one value and add findings; optimised for rules without matches."""
    for unless, rules in groups:
        if unless is not None and unless(setting, settings):
            continue
        for rule, check in rules:
            try:
                for label in check(setting, settings):
                    if not settings.dropped or _is_certain(label, setting, settings):
                        findings.append(_on_value(rule, label, setting, settings))  # noqa: PERF401 - keep matches before a crash
            except Exception as error:  # noqa: BLE001 - one rule must not stop the others
                findings.append(_crash(rule, error, settings.locate(setting.pointer), (settings.target,)))


def _is_certain(label: RuleMatch | str, setting: Setting, settings: Settings) -> bool:
    """Return True if no layer of the target states a value of the match wrongly.

    Else the match may follow from this. A lower layer with a wrong value has a finding of its own.
    """
    related = label.related if isinstance(label, RuleMatch) else ()
    others = (origin.place.pointer for _, origin in related if origin.place)
    own = label.pointer if isinstance(label, RuleMatch) and label.pointer is not None else setting.pointer
    return all(map(settings.is_known, (own, *others)))


def _on_value(rule: Rule, label: RuleMatch | str, setting: Setting, settings: Settings) -> Finding:
    remark = label if isinstance(label, RuleMatch) else RuleMatch(label)
    pointer = setting.pointer if remark.pointer is None else remark.pointer
    place = _place(settings, pointer)
    found = _finding(rule, remark, place, (settings.target,))
    return found if place.pointer == pointer else found._replace(fix=None)


def on_documents(rules: Sequence[tuple[Rule, DocumentCheck]], documents: Sequence[Document]) -> list[Finding]:
    """Return the findings of rules in documents of the kinds that they apply to."""
    findings: list[Finding] = []
    for document in documents:
        looked_at = document._replace()  # a copy: the leaves cached in it are freed with it
        found = [
            finding
            for rule, check in rules
            if not rule.kinds or document.kind in rule.kinds
            for finding in _on_document(rule, check, looked_at)
        ]
        findings += found if len(findings) < _MAX_FINDINGS else at_most(found)
    return findings


def _on_document(rule: Rule, check: DocumentCheck, document: Document) -> Iterator[Finding]:
    try:
        for label in check(document):
            remark = label if isinstance(label, RuleMatch) else RuleMatch(label)
            place = document.locate(remark.pointer or "", key=remark.at_key)
            found = _finding(rule, remark, place, ())
            yield found if place.pointer == (remark.pointer or "") else found._replace(fix=None)
    except Exception as error:  # noqa: BLE001 - one rule must not stop the others
        yield _crash(rule, error, document.locate(""), ())


def on_workspace(
    rule: Rule, check: WorkspaceCheck, documents: Sequence[Document], policy: Mapping[str, Any]
) -> list[Finding]:
    """Return the findings of a rule in documents that belong together."""
    findings = []
    try:
        for remark in check(documents, policy):
            document = remark.document or documents[0]
            findings.append(_finding(rule, remark, document.locate(remark.pointer or "", key=remark.at_key), ()))
    except Exception as error:  # noqa: BLE001 - one rule must not stop the others
        findings.append(_crash(rule, error, documents[0].locate(""), ()))
    return findings


def on_targets(rule: Rule, check: TargetsCheck, targets: Sequence[Settings]) -> list[Finding]:
    """Return the findings of a rule that compares targets."""
    findings = []
    try:
        for remark in check(targets):
            concerned = remark.targets or targets[:1]
            place = _place(concerned[0], remark.pointer or "")
            names = dict.fromkeys(settings.target for settings in concerned)
            findings.append(_finding(rule, remark, place, tuple(names)))
    except Exception as error:  # noqa: BLE001 - one rule must not stop the others
        findings.append(_crash(rule, error, targets[0].location, ()))
    return findings


def _place(settings: Settings, pointer: str) -> Location:
    definition: Origin | None = settings.definitions.get(pointer)
    return definition.location if definition and definition.location else settings.locate(pointer)


def _finding(rule: Rule, remark: RuleMatch, place: Location, targets: tuple[str, ...]) -> Finding:
    others = {origin.location: Related(words, origin.location) for words, origin in remark.related if origin.location}
    related = tuple(each for location, each in others.items() if location != place)
    return Finding(rule.code, remark.message, place, remark.hint, remark.remedy, related, targets, fix=remark.fix)


def _crash(rule: Rule, error: Exception, place: Location, targets: tuple[str, ...]) -> Finding:
    """Report a crash of a rule by the type of the error; its text may quote a value."""
    return Finding(
        "OG002",
        f"rule {rule.code} crashed here ({type(error).__name__}), so this place was not checked by it",
        place,
        remedy="Report this bug of oauthgit. Until it is fixed, switch the rule off in the policy.",
        targets=targets,
    )
