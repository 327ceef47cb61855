"""Find permissions and weaker checks in a change of the policy (OG707)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.location import Location
from oauthgit.triage.unsuppressible import AGAINST_THE_BASE, is_mandatory

LISTS: Final = ("trusted_hosts", "networks", "http_hosts", "delegated_branches")
SINGLE: Final = ("ca_file", "proxy")
WRONG_SECRETS: Final = ("control", "control_requests")
_ENVIRONMENTS: Final = ("production", "acceptance", "test", "development", "default")
_LONG: Final = 100


class Relaxation(NamedTuple):
    """Describe a setting of the policy that permits more than the base."""

    pointer: str
    words: str


def find_widened_trust(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Relaxation]:
    """Yield the permissions of ``ours`` that ``base`` lacks, with defaults."""
    for *path, name in (*((name,) for name in LISTS), ("secrets", "key_types")):
        before, now = (policy["secrets"][name] if path else policy[name] for policy in (base, ours))
        for number, item in enumerate(now):
            if item not in before:
                yield Relaxation(join(*path, name, number), f"{name} gains {redact_urls(item)}")
    for name in SINGLE:
        if ours.get(name) not in {None, base.get(name)}:
            yield Relaxation(join(name), f"{name} becomes {redact_urls(ours[name])}")
    for name in WRONG_SECRETS:
        if ours["smoke"][name] > base["smoke"][name]:
            yield Relaxation(join("smoke", name), f"smoke.{name} allows more requests with wrong secrets")
    yield from _pins(base["env_secrets"], ours["env_secrets"])


def _pins(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Relaxation]:
    for name, pin in ours.items():
        before = _urls(base.get(name, []))
        for number, endpoint in enumerate(_urls(pin)):
            if endpoint not in before:
                at = ("env_secrets", name) if isinstance(pin, str) else ("env_secrets", name, number)
                yield Relaxation(join(*at), f"env_secrets lets {redact_urls(name)} go to {redact_urls(endpoint)}")


def _urls(pin: str | list[str]) -> list[str]:
    return [pin] if isinstance(pin, str) else pin


def find_lowered_severities(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Relaxation]:
    """Yield the rules with a lower severity in ``ours``, in any environment.

    Unknown codes, and rules whose severity the policy cannot set, are left out.
    """
    for code in sorted({*base["rules"], *ours["rules"]}):
        if code not in rules.modules() or is_mandatory(code) or (rule := rules.load(code)).stage == AGAINST_THE_BASE:
            continue
        before, now = (_grades(policy["rules"].get(code), rule.severity) for policy in (base, ours))
        lower = [place for place in _ENVIRONMENTS if now[place] < before[place]]
        if lower:
            first = lower[0]
            where = "" if len(lower) == len(_ENVIRONMENTS) else f" in {first}" if first != "default" else " by default"
            yield Relaxation(
                join("rules", code), f"{code} goes from {_word(before[first])} to {_word(now[first])}{where}"
            )


class _Member(NamedTuple):
    """Describe the test and the words for a looser value of a policy member."""

    is_looser: Callable[[Any, Any], bool]
    words: str
    is_reported_elsewhere: Callable[[Any, Any], bool]


def _always(_before: Any, _now: Any) -> bool:
    return True


def _never(_before: Any, _now: Any) -> bool:
    return False


_REPORTED_ELSEWHERE: Final = _Member(_never, "", _always)
"""A member whose relaxation other functions of this module yield."""

_MEMBERS: Final[Mapping[tuple[str, ...], _Member]] = {
    **{(name,): _REPORTED_ELSEWHERE for name in ("kind", *LISTS, "env_secrets", "rules")},
    ("secrets", "key_types"): _REPORTED_ELSEWHERE,
    **{(name,): _Member(_never, "", lambda _, now: now is not None) for name in SINGLE},
    ("secrets", "expiry_window_days"): _Member(
        lambda before, now: now < before, "so warnings before the end of a secret come later", _always
    ),
    ("smoke", "control"): _Member(
        lambda before, now: now < before, "so a smoke test no longer proves that the server checked the secret", _always
    ),
    ("smoke", "control_requests"): _REPORTED_ELSEWHERE,
    **{("smoke", name): _Member(_never, "", _never) for name in ("timeout", "concurrency", "per_host")},
}
"""The known members of the policy; a member without a row is reported whenever it differs."""


def find_weaker_members(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Relaxation]:
    """Yield the members by which ``ours`` checks less than ``base``.

    Severities of rules are compared elsewhere.
    """
    for path, before, now in _list_differing(base, ours):
        member = _MEMBERS.get(path)
        if member and member.is_looser(before, now):
            yield Relaxation(join(*path), f"{_from_to(path, before, now)}, {member.words}")


def find_unclear_changes(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Relaxation]:
    """Yield the changed members that are not known to loosen or tighten."""
    for path, before, now in _list_differing(base, ours):
        member = _MEMBERS.get(path)
        if member is None or not (member.is_looser(before, now) or member.is_reported_elsewhere(before, now)):
            yield Relaxation(join(*path), _from_to(path, before, now))


def _list_differing(
    base: Mapping[str, Any], ours: Mapping[str, Any], *above: str
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield the members that differ, with both values; sections one by one."""
    for name in dict.fromkeys((*ours, *base)):
        path, before, now = (*above, name), base.get(name), ours.get(name)
        if not above and path not in _MEMBERS and isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from _list_differing(before, now, name)
        elif before != now:
            yield path, before, now


def _from_to(path: tuple[str, ...], before: Any, now: Any) -> str:
    return f"{redact_urls('.'.join(path))} goes from {_value(before)} to {_value(now)}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    text = redact_urls(str(value).lower() if isinstance(value, bool) else str(value))
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def findings(document: Document | None, loosened: Iterable[Relaxation], end: str, remedy: str) -> list[Finding]:
    """Return a finding OG707 for each relaxation.

    ``end`` is the end of each message. ``document`` is the policy.
    """
    return [
        Finding(
            "OG707",
            f"{words}{end}",
            document.locate(pointer) if document else Location(f"{CONFIGS}/{POLICY}"),
            remedy=remedy,
        )
        for pointer, words in loosened
    ]


def _grades(stated: Any, severity: Severity) -> dict[str, int]:
    """Return the grade of a rule in each environment, 0 if it is off there."""
    words = stated if isinstance(stated, Mapping) else dict.fromkeys(_ENVIRONMENTS, stated)
    chosen = {place: words.get(place) or words.get("default") for place in _ENVIRONMENTS}
    return {
        place: 0 if word == "off" else Severity[word.upper()] if word else severity for place, word in chosen.items()
    }


def _word(grade: int) -> str:
    return Severity(grade).label if grade else "off"
