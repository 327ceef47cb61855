"""Summarize differences in one line: the worst change, the targets, and the risks."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from oauthgit.model.difference import Change, Differences, PolicyChange, Status, TargetDifference
from oauthgit.model.environment import PRODUCTION, environment_rank
from oauthgit.model.formats.sanitize import cut, format_count
from oauthgit.model.formats.url import url_of
from oauthgit.model.risk import MINOR, RANK, Risk

_RISKS: Final = {
    Risk.HOST: ("endpoint", "moves to another host", "move to other hosts"),
    Risk.PIN: ("secret", "may go to another endpoint", "may go to other endpoints"),
    Risk.REMOVED: ("server", "is removed", "are removed"),
    Risk.ENVIRONMENT: ("target", "changes its environment", "change their environments"),
    Risk.OTHER_ENVIRONMENT: ("setting", "moves to another environment", "move to other environments"),
    Risk.ENDPOINT: ("endpoint", "changes on the same host", "change on the same host"),
    Risk.CLIENT_ALONE: ("client", "changes while its secret stays", "change while their secrets stay"),
    Risk.SECRET: ("secret", "changes", "change"),
    Risk.PKCE: ("server", "goes without PKCE", "go without PKCE"),
    Risk.AUTH_METHOD: ("authentication method", "changes", "change"),
    Risk.SERVER: ("server", "is new", "are new"),
    Risk.GRANT: ("server", "gets another grant", "get other grants"),
    Risk.SCOPE: ("scope", "is widened", "are widened"),
}
_LONGEST: Final = 100
_UNKNOWN: Final = "cannot be compared"


class Worst(NamedTuple):
    """Hold the worst change: where it is, its risk, and the change in words.

    ``target`` is empty for the policy, ``server`` and ``setting`` where they do not apply. ``more`` is the number of
    other targets with the same change. ``rank`` orders changes, the worst first.
    """

    rank: tuple[int, ...]
    environment: str | None
    target: str
    server: str
    setting: str
    risk: str
    what: str
    more: int = 0


def headline(differences: Differences) -> str:
    """Return the worst change, how many targets differ, and the risks.

    It contains text from outside, which must be escaped for the sink.
    """
    if differences.unread:
        return differences.unread
    first = worst(differences)
    running = [each for each in differences.listed if each.status is not Status.INCOMPARABLE]
    production, others = (sum(each.production is requested for each in running) for requested in (True, False))
    parts = [_sentence(first)] if first else []
    parts += [f"production changes in {format_count(production, 'target')}"] if production else []
    also = "other target" if production else "target"
    parts += [f"{format_count(others, also)} change{'s' * (others == 1)}"] if others else []
    parts += filter(None, (_count_risk(differences, risk, first) for risk in _RISKS))
    loosened = sum(change.loosened for change in differences.policy)
    parts += [f"the policy is loosened in {format_count(loosened, 'place')}"] if loosened else []
    unknown = len(differences.listed) - len(running)
    if unknown and not (first and first.what == _UNKNOWN and first.more + 1 == unknown):
        parts.append(f"{format_count(unknown, 'target')} {_UNKNOWN}")
    return "; ".join(parts) or "no target changes"


def worst(differences: Differences) -> Worst | None:
    """Return the change that a reviewer must see first, or None without changes.

    Risks of production come first, then a loosened policy, then risks of other environments.
    """
    found = [each for target in differences.listed for each in _of_target(target)]
    found += [_of_policy(change) for change in differences.policy]
    if not found:
        return None
    first = min(found, key=lambda each: each.rank)
    same = {each.target for each in found if each[1] == first.environment and each[3:] == first[3:]}
    return first._replace(more=len(same) - 1)


def _of_target(target: TargetDifference) -> Iterator[Worst]:
    if target.status is Status.INCOMPARABLE:
        yield _worst(target, None, "", _UNKNOWN, 1 if target.production else 4)
    elif target.status is Status.REMOVED:
        yield _worst(target, None, Risk.REMOVED, "is removed")
    elif target.status is Status.ADDED:
        yield _worst(target, None, Risk.SERVER, "is new")
    elif target.status is Status.RENAMED:
        yield _worst(target, None, Risk.NONE, f"is the new name of {target.was}")
    if target.status in {Status.CHANGED, Status.RENAMED}:
        for change in target.changes:
            yield _worst(target, change, change.risk, _in_words(change))


def _worst(target: TargetDifference, change: Change | None, risk: str, what: str, tier: int | None = None) -> Worst:
    environment = PRODUCTION if target.production else target.environment
    minor = risk in MINOR
    if tier is None:
        tier = (5 if minor else 0) if target.production else (6 if minor else 3)
    rank = (tier, environment_rank(environment), RANK[Risk(risk)])
    server, setting = (change.server, change.setting) if change else ("", "")
    return Worst(rank, environment, target.target, server, setting, risk, what)


def _of_policy(change: PolicyChange) -> Worst:
    risk, what = ("loosened", "is loosened") if change.loosened else ("", "changes")
    return Worst((2 if change.loosened else 6, 0, 0), None, "", "", change.name, risk, f"{change.name} {what}")


def _in_words(change: Change) -> str:
    """Return a change as a clause after the names of its target and its server."""
    name, after = change.setting, change.after
    texts: dict[Risk, str] = {
        Risk.HOST: f"{name} moves to the host {_host(after)}{f', one of {change.resembles}' if change.resembles else ''}",
        Risk.PIN: "the secret may go to another endpoint" if after else "the pin of the secret is removed",
        Risk.REMOVED: "is removed",
        Risk.ENVIRONMENT: f"changes from {change.before or 'no environment'} to {after or 'no environment'}",
        Risk.OTHER_ENVIRONMENT: f"{name} becomes one of {change.resembles}{_same_host(name)}",
        Risk.ENDPOINT: f"{name} changes on the same host" if after else f"{name} is removed",
        Risk.SECRET: "the secret changes" if after else "the secret is removed",
        Risk.CLIENT_ALONE: f"{name} changes while its secret stays",
        Risk.PKCE: "goes without PKCE",
        Risk.SERVER: "is new",
        Risk.GRANT: "gets another grant",
        Risk.SCOPE: "gets more scopes",
        Risk.UNSET: f"{name} is removed",
    }
    return texts.get(change.risk, f"{name} changes")


def _same_host(name: str) -> str:
    return "" if name == "client_id" else ", on the same host"


def _host(value: Any) -> str:
    url = url_of(value)
    return cut(url.host if url else str(value), _LONGEST)


def _sentence(first: Worst) -> str:
    if not first.target:
        return f"policy: {first.what}"
    more = f" and {format_count(first.more, 'more target')}" if first.more else ""
    environment = f" ({first.environment})" if first.environment else ""
    server = f", {first.server}" if first.server else ""
    return f"{cut(first.target, _LONGEST)}{environment}{more}{server}: {first.what}"


def _count_risk(differences: Differences, risk: Risk, first: Worst | None) -> str:
    """Return the count of a risk in words; one edit of several targets counts once.

    The count is empty if the risk occurs only in the worst change.
    """
    found = {
        (change.cause[:3] if change.cause else each.target, change.server, change.setting)
        for each in differences.listed
        if each.status is not Status.REMOVED
        for change in each.changes
        if change.risk is risk
    }
    if not found or (len(found) == 1 and first and first.risk == risk and first.server):
        return ""
    noun, one, many = _RISKS[risk]
    return f"{format_count(len(found), noun)} {one if len(found) == 1 else many}"
