"""Where a run takes place: which CI system, against which base, and whether a stranger wrote what is checked."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple


class Surroundings(NamedTuple):
    """What is known of a run.

    ``base`` names the commit that a pull request is to be merged into, None where there is no pull request. ``fork``
    says that the files come from another repository, or from nobody knows where. ``name`` is that of the CI system,
    empty outside of one.
    """

    base: str | None = None
    fork: bool = False
    name: str = ""


def here(environment: Mapping[str, str]) -> Surroundings:
    """Return where this run takes place, by its environment and what GitHub tells of the event that started it."""
    if not is_ci(environment):
        return Surroundings()
    import json
    from pathlib import Path

    event = None
    with suppress(KeyError, OSError, ValueError, RecursionError):
        event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_bytes())
    return surroundings(environment, event if isinstance(event, dict) else None)


def surroundings(environment: Mapping[str, str], event: Mapping[str, Any] | None) -> Surroundings:
    """Return where this run takes place.

    ``event`` is what GitHub wrote to GITHUB_EVENT_PATH, None where that cannot be read: a pull request of which nothing
    more is known counts as one of a stranger. Sources: GitHub, "Events that trigger workflows" and "Webhook events and
    payloads"; GitLab, "Predefined CI/CD variables"; Azure Pipelines, "Use predefined variables".
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment, event if isinstance(event, Mapping) else {})
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(environment)
    if environment.get("TF_BUILD", "").lower() == "true":
        return _azure(environment)
    return Surroundings()


def is_ci(environment: Mapping[str, str]) -> bool:
    """Tell whether one of the CI systems that are known runs this."""
    return any(environment.get(name) for name in ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"))


def is_hook(environment: Mapping[str, str]) -> bool:
    """Tell whether pre-commit runs this: in several processes at once, and what passes is never shown."""
    return environment.get("PRE_COMMIT") == "1"


def shard_of(environment: Mapping[str, str]) -> tuple[int, int] | None:
    """Return which of how many equal jobs of GitLab CI this is, (2, 5) for the second of five; None where it is alone.

    ``parallel`` sets CI_NODE_INDEX, counted from 1, and CI_NODE_TOTAL, which is 1 for a job without it (GitLab,
    "Predefined CI/CD variables"). What is no such pair of numbers means nothing, so that nothing is left out.
    """
    if environment.get("GITLAB_CI") != "true" or is_hook(environment):
        return None
    from argparse import ArgumentTypeError

    from oauthgit.cli.options import parse_shard

    index, count = (environment.get(f"CI_NODE_{what}", "") for what in ("INDEX", "TOTAL"))
    try:
        shard = parse_shard(f"{index}/{count}")
    except ArgumentTypeError:
        return None
    return None if shard == (1, 1) else shard


def _github(environment: Mapping[str, str], event: Mapping[str, Any]) -> Surroundings:
    name, kind = "GitHub Actions", environment.get("GITHUB_EVENT_NAME", "")
    if kind.startswith("pull_request"):
        head, base = (_at(event, "pull_request", side, "repo", "full_name") for side in ("head", "base"))
        ref = environment.get("GITHUB_BASE_REF") or _at(event, "pull_request", "base", "ref")
        return Surroundings(_branch(ref), head is None or head != base, name)
    if kind == "workflow_run":
        head = _at(event, "workflow_run", "head_repository", "full_name")
        requests = _at(event, "workflow_run", "pull_requests")
        ref = _at(requests[0], "base", "ref") if isinstance(requests, list) and requests else None
        return Surroundings(_branch(ref), head is None or head != _at(event, "repository", "full_name"), name)
    # A comment on a pull request does not tell whose branch the workflow went on to check out.
    return Surroundings(None, kind == "issue_comment" and _at(event, "issue", "pull_request") is not None, name)


def _gitlab(environment: Mapping[str, str]) -> Surroundings:
    source, base = (environment.get(f"CI_MERGE_REQUEST_{what}") for what in ("SOURCE_PROJECT_ID", "DIFF_BASE_SHA"))
    if not (source or base or environment.get("CI_PIPELINE_SOURCE") == "merge_request_event"):
        return Surroundings(name="GitLab CI")
    return Surroundings(base, source is None or source != environment.get("CI_PROJECT_ID"), "GitLab CI")


def _azure(environment: Mapping[str, str]) -> Surroundings:
    fork = environment.get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true"
    return Surroundings(_branch(environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH")), fork, "Azure Pipelines")


def _branch(name: object) -> str | None:
    """Return a branch of origin by its full name: a tag or local branch called origin/main would win over a short one."""
    return f"refs/remotes/origin/{name.removeprefix('refs/heads/')}" if isinstance(name, str) and name else None


def _at(event: Any, *names: str) -> Any:
    for name in names:
        event = event.get(name) if isinstance(event, Mapping) else None
    return event
