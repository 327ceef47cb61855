"""What a change to the policy grants, switches off, or takes less seriously than the base does: OG707."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.model.display import shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.location import Location
from oauthgit.model.pointer import join
from oauthgit.triage.fixed import AGAINST_THE_BASE, stays

LISTS: Final = ("trusted_hosts", "networks", "http_hosts", "delegated_branches")
SINGLE: Final = ("ca_file", "proxy")
WRONG_SECRETS: Final = ("control", "control_requests")
_ENVIRONMENTS: Final = ("production", "acceptance", "test", "development", "default")


class Loosening(NamedTuple):
    """A setting of the policy that allows more than the base does, and that in words."""

    pointer: str
    words: str


def doors(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Loosening]:
    """Yield what the policy ``ours`` grants and ``base`` does not, the defaults of both filled in."""
    for *path, name in (*((name,) for name in LISTS), ("secrets", "key_types")):
        before, now = (policy["secrets"][name] if path else policy[name] for policy in (base, ours))
        for number, item in enumerate(now):
            if item not in before:
                yield Loosening(join(*path, name, number), f"{name} gains {shown(item)}")
    for name in SINGLE:
        if ours.get(name) not in {None, base.get(name)}:
            yield Loosening(join(name), f"{name} becomes {shown(ours[name])}")
    for name in WRONG_SECRETS:
        if ours["smoke"][name] > base["smoke"][name]:
            yield Loosening(join("smoke", name), f"smoke.{name} allows more requests with wrong secrets")
    yield from _pins(base["env_secrets"], ours["env_secrets"])


def _pins(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Loosening]:
    for name, pin in ours.items():
        before = _urls(base.get(name, []))
        for number, endpoint in enumerate(_urls(pin)):
            if endpoint not in before:
                at = ("env_secrets", name) if isinstance(pin, str) else ("env_secrets", name, number)
                yield Loosening(join(*at), f"env_secrets lets {shown(name)} go to {shown(endpoint)}")


def _urls(pin: str | list[str]) -> list[str]:
    return [pin] if isinstance(pin, str) else pin


def grades(base: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Loosening]:
    """Yield the rules that the policy ``ours`` takes less seriously than ``base``, in any environment.

    Codes that do not exist, and rules on whose grade the policy has no say, are left out.
    """
    for code in sorted({*base["rules"], *ours["rules"]}):
        if code not in rules.modules() or stays(code) or (rule := rules.load(code)).stage == AGAINST_THE_BASE:
            continue
        before, now = (_grades(policy["rules"].get(code), rule.severity) for policy in (base, ours))
        lower = [place for place in _ENVIRONMENTS if now[place] < before[place]]
        if lower:
            first = lower[0]
            where = "" if len(lower) == len(_ENVIRONMENTS) else f" in {first}" if first != "default" else " by default"
            yield Loosening(
                join("rules", code), f"{code} goes from {_word(before[first])} to {_word(now[first])}{where}"
            )


def findings(document: Document | None, loosened: Iterator[Loosening], end: str, remedy: str) -> list[Finding]:
    """Return a finding OG707 for each loosening; ``document`` is the policy, and ``end`` ends the sentence."""
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
    """Return the grade of a rule in each environment, 0 where it is off."""
    words = stated if isinstance(stated, Mapping) else dict.fromkeys(_ENVIRONMENTS, stated)
    chosen = {place: words.get(place) or words.get("default") for place in _ENVIRONMENTS}
    return {
        place: 0 if word == "off" else Severity[word.upper()] if word else severity for place, word in chosen.items()
    }


def _word(grade: int) -> str:
    return Severity(grade).label if grade else "off"
