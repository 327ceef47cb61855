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
_OF_STATUS: Final = {
    Status.REMOVED: (Risk.REMOVED, "is removed"),
    Status.ADDED: (Risk.SERVER, "is new"),
    Status.INCOMPARABLE: (Risk.NONE, _UNKNOWN),
}
"""The risk and the words for a target that changed as a whole."""


class Worst(NamedTuple):
    """Hold the worst change: where it is, its risk, and the change in words.

    ``target`` is empty for the policy, ``server`` and ``setting`` where they do not apply. ``more`` is the number of
    other targets with the same change.
    """

    environment: str | None
    target: str
    server: str
    setting: str
    risk: str
    what: str
    more: int = 0


class _Candidate(NamedTuple):
    """Hold a change that may be the worst one.

    ``subject`` is a target, or a change of the policy. ``change`` is None if the whole target changed.
    """

    rank: tuple[int, int, int]
    subject: TargetDifference | PolicyChange
    change: Change | None = None


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
    parts += _count_risks(differences, first)
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
    first = min(_candidates(differences), key=lambda each: each.rank, default=None)
    if first is None:
        return None
    found = _describe(first)
    alike = (_describe(each) for each in _candidates(differences) if each.rank == first.rank and _is_like(each, first))
    same = {each.target for each in alike if each._replace(target=found.target) == found}
    return found._replace(more=len(same) - 1)


def _is_like(one: _Candidate, other: _Candidate) -> bool:
    """Return True if two candidates are about the same setting; this is fast."""
    return (one.change and one.change[:2]) == (other.change and other.change[:2])


def _candidates(differences: Differences) -> Iterator[_Candidate]:
    for target in differences.listed:
        if target.status in {Status.CHANGED, Status.RENAMED} and target.changes:
            yield from (_Candidate(_rank(target, change.risk), target, change) for change in target.changes)
        else:
            yield _Candidate(_rank(target, _OF_STATUS.get(target.status, (Risk.NONE, ""))[0]), target)
    for each in differences.policy:
        yield _Candidate((2 if each.loosened else 6, 0, 0), each)


def _rank(target: TargetDifference, risk: Risk) -> tuple[int, int, int]:
    """Return the place of a risk of a target.

    Risks of production come first. A target that cannot be compared, in production or elsewhere, follows its risks.
    """
    if target.status is Status.INCOMPARABLE:
        tier = 1 if target.production else 4
    elif target.production:
        tier = 5 if risk in MINOR else 0
    else:
        tier = 6 if risk in MINOR else 3
    return tier, environment_rank(_environment(target)), RANK[risk]


def _environment(target: TargetDifference) -> str | None:
    return PRODUCTION if target.production else target.environment


def _describe(candidate: _Candidate) -> Worst:
    _, subject, change = candidate
    if isinstance(subject, PolicyChange):
        risk, what = ("loosened", "is loosened") if subject.loosened else ("", "changes")
        return Worst(None, "", "", subject.name, risk, f"{subject.name} {what}")
    if change:
        place = (subject.target, change.server, change.setting)
        return Worst(_environment(subject), *place, change.risk, _in_words(change))
    risk, what = _OF_STATUS.get(subject.status, ("", f"is the new name of {subject.was}"))
    return Worst(_environment(subject), subject.target, "", "", risk, what)


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


def _count_risks(differences: Differences, first: Worst | None) -> Iterator[str]:
    """Yield the count of each risk in words; one edit of several targets counts once.

    A risk that occurs only in the worst change is left out.
    """
    found: dict[Risk, set[object]] = {risk: set() for risk in _RISKS}
    for each in differences.listed:
        for change in each.changes if each.status is not Status.REMOVED else ():
            if change.risk in found:
                where = change.cause[:3] if change.cause else each.target
                found[change.risk].add((where, change.server, change.setting))
    for risk, places in found.items():
        is_known = first is not None and first.risk == risk and bool(first.server) and len(places) == 1
        if places and not is_known:
            noun, one, many = _RISKS[risk]
            yield f"{format_count(len(places), noun)} {one if len(places) == 1 else many}"
