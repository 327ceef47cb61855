"""Summarize differences in one line: the targets that change, and the risks."""

from typing import Final

from oauthgit.model.difference import Differences, Risk, Status
from oauthgit.model.formats.sanitize import format_count

_RISKS: Final = {
    Risk.HOST: ("endpoint", "moves to another host", "move to other hosts"),
    Risk.PIN: ("secret", "may go to another endpoint", "may go to other endpoints"),
    Risk.SECRET: ("secret", "changes", "change"),
    Risk.PKCE: ("server", "goes without PKCE", "go without PKCE"),
    Risk.AUTH_METHOD: ("authentication method", "changes", "change"),
    Risk.SERVER: ("server", "is new", "are new"),
    Risk.GRANT: ("server", "gets another grant", "get other grants"),
    Risk.SCOPE: ("scope", "is widened", "are widened"),
}


def headline(differences: Differences) -> str:
    """Return a summary: how many targets differ, production first, and the risks."""
    if differences.unread:
        return differences.unread
    running = [each for each in differences.listed if each.status is not Status.INCOMPARABLE]
    production, others = (sum(each.production is requested for each in running) for requested in (True, False))
    parts = [f"production changes in {format_count(production, 'target')}"] if production else []
    parts += (
        [f"{format_count(others, 'other target' if parts else 'target')} change{'s' * (others == 1)}"] if others else []
    )
    parts += filter(None, (_count_risk(differences, risk) for risk in _RISKS))
    loosened = sum(change.loosened for change in differences.policy)
    parts += [f"the policy is loosened in {format_count(loosened, 'place')}"] if loosened else []
    unknown = len(differences.listed) - len(running)
    parts += [f"{format_count(unknown, 'target')} cannot be compared"] if unknown else []
    return "; ".join(parts) or "no target changes"


def _count_risk(differences: Differences, risk: Risk) -> str:
    """Return the count of a risk in words; one edit of several targets counts once."""
    found = {
        (change.cause[:3] if change.cause else each.target, change.server, change.setting)
        for each in differences.listed
        for change in each.changes
        if change.risk is risk
    }
    noun, one, many = _RISKS[risk]
    return f"{format_count(len(found), noun)} {one if len(found) == 1 else many}" if found else ""
