"""Select targets by environment, server and change, or one shard of them."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from oauthgit.model.errors import UsageError
from oauthgit.model.formats.suggest import ask_if_meant, suggest
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings

_Key = TypeVar("_Key", bound=Any)


def select_targets(
    targets: Sequence[Settings],
    *,
    environments: Sequence[str],
    servers: Sequence[str],
    pairs: AbstractSet[tuple[str, str]] | None,
) -> list[Settings]:
    """Return the targets of these environments, with the selected servers only.

    Empty ``environments`` or ``servers`` select all of them. ``pairs`` hold a target's id and a server's name; unless None,
    they exclude all others. With ``servers`` or ``pairs``, a target without a selected server is left out.

    Raises:
        UsageError: An environment or a server is in no target.

    """
    _refuse_unknown(environments, {settings.environment or "" for settings in targets}, "no target is of environment")
    kept = [settings for settings in targets if not environments or settings.environment in environments]
    where = f"no target of {' or '.join(environments)} has" if environments else "no target has"
    _refuse_unknown(servers, {server for settings in kept for server in settings.servers}, f"{where} an OAuth server")
    if not servers and pairs is None:
        return kept
    narrowed = (_narrow(settings, servers, pairs) for settings in kept)
    return [settings for settings in narrowed if settings.servers]


def shard(keys: Iterable[_Key], index: int, count: int) -> list[_Key]:
    """Return shard ``index``, from 1, of ``count`` shards of the sorted keys.

    Keys are dealt in turn, so the sizes differ by at most one. The same keys always give the same shards.
    """
    return sorted(set(keys))[index - 1 :: count]


def report_shard(project: Project, index: int, count: int) -> Project:
    """Return ``project`` with the findings of shard ``index`` of ``count`` shards.

    Findings without a target belong to the first shard, so the shards together hold every finding. Each shard checks the
    whole project: a rule may compare any targets, and a comment is unused only if the whole project has no match for it.
    """
    named = {target for finding in project.findings for target in finding.targets}
    ours = set(shard({*named, *project.environments}, index, count))
    findings = tuple(
        finding
        for finding in project.findings
        if (not ours.isdisjoint(finding.targets) if finding.targets else index == 1)
    )
    return project._replace(findings=findings, files_checked=project.files_checked if ours or findings else 0)


def _narrow(settings: Settings, servers: Sequence[str], pairs: AbstractSet[tuple[str, str]] | None) -> Settings:
    kept = {
        name: values
        for name, values in settings.servers.items()
        if (not servers or name in servers) and (pairs is None or (settings.target, name) in pairs)
    }
    return settings._replace(data={**settings.data, "oauth_servers": kept})


def _refuse_unknown(requested: Iterable[str], known: AbstractSet[str], words: str) -> None:
    names = sorted(known - {""})
    for name in requested:
        if name not in known:
            others = f"; there are {', '.join(names) or 'none'}"
            raise UsageError(f"{words} {name}{ask_if_meant(suggest(name, names, most=3)) or others}")
