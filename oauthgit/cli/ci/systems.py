"""Read the variables of CI systems, one function for each system.

Sources: GitHub, "Events that trigger workflows", "Webhook events and payloads" and "Variables reference"; GitLab,
"Predefined CI/CD variables"; Azure Pipelines, "Use predefined variables"; Jenkins, "Global variable reference" of
multibranch pipelines; CircleCI, "Project values and variables"; Bitbucket, "Variables and secrets"; Buildkite,
"Environment variables"; Woodpecker, "Environment variables"; Drone, "Environment reference".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.ci_context import CiContext
from oauthgit.model.formats.repository_url import is_same_repository

_HEADS: Final = "refs/heads/"
Environment = Mapping[str, str]
Event = Mapping[str, Any]


def read_github(environment: Environment, event: Event) -> CiContext:
    """Return the facts of GitHub Actions.

    ``base.sha`` of an event is not used, because it goes stale. ``base_sha`` of a merge queue may be a commit that is not
    merged yet: a change is compared with it, but it is never trusted. On a schedule the payload has no repository, and
    GITHUB_REF is the default branch.
    """
    kind, ref = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_REF", "")
    branch = _short(ref) if ref.startswith(_HEADS) else None
    default = _text(event, "repository", "default_branch") or (branch if kind == "schedule" else None)
    server, name = environment.get("GITHUB_SERVER_URL", "https://github.com"), environment.get("GITHUB_REPOSITORY")
    facts = CiContext(
        name="GitHub Actions",
        is_ci=True,
        default_branch=default,
        default_commit=environment.get("GITHUB_SHA") if branch is not None and branch == default else None,
        branch=branch,
        repositories=(f"{server}/{name}",) if name else (),
    )
    if kind.startswith("pull_request"):
        head, base = (_text(event, "pull_request", side, "repo", "full_name") for side in ("head", "base"))
        target = environment.get("GITHUB_BASE_REF") or _text(event, "pull_request", "base", "ref")
        return _of_change(facts, target, fork=head is None or head != base)
    if kind == "workflow_run":
        head = _text(event, "workflow_run", "head_repository", "full_name")
        requests = _at(event, "workflow_run", "pull_requests")
        target = _text(requests[0], "base", "ref") if isinstance(requests, list) and requests else None
        return _of_change(facts, target, fork=head is None or head != _text(event, "repository", "full_name"))
    if kind == "merge_group":
        changed = _of_change(facts, _text(event, "merge_group", "base_ref"), fork=False)
        return changed._replace(base=_text(event, "merge_group", "base_sha") or changed.base)
    # The event of a comment on a pull request does not state which branch the workflow checks out afterwards.
    return facts._replace(fork=kind == "issue_comment" and _at(event, "issue", "pull_request") is not None)


def read_gitlab(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of GitLab CI.

    A change is compared with the commit at which its branch left the target.
    """
    urls = ("CI_PROJECT_URL", "CI_REPOSITORY_URL")
    facts = _read(environment, "GitLab CI", urls, "CI_COMMIT_BRANCH", "CI_DEFAULT_BRANCH")
    kind = environment.get("CI_PIPELINE_SOURCE")
    if kind == "external_pull_request_event":
        head, base = (environment.get(f"CI_EXTERNAL_PULL_REQUEST_{side}_REPOSITORY") for side in ("SOURCE", "TARGET"))
        target = environment.get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME")
        return _of_change(facts, target, fork=not head or head != base)
    source, base = (environment.get(f"CI_MERGE_REQUEST_{what}") for what in ("SOURCE_PROJECT_ID", "DIFF_BASE_SHA"))
    if not (source or base or kind == "merge_request_event"):
        return facts
    fork = source is None or source != environment.get("CI_PROJECT_ID")
    changed = _of_change(facts, environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"), fork=fork)
    return changed._replace(base=base) if base else changed


def read_azure(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of Azure Pipelines, which states no default branch.

    A manual run of ``refs/pull/*`` is a pull request that may come from a fork.
    """
    ref, fork = environment.get("BUILD_SOURCEBRANCH", ""), environment.get("SYSTEM_PULLREQUEST_ISFORK", "").lower()
    target = environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH")
    facts = CiContext(
        name="Azure Pipelines",
        is_ci=True,
        branch=_short(ref) if ref.startswith(_HEADS) else None,
        repositories=_read_stated(environment, "BUILD_REPOSITORY_URI"),
    )
    is_change = bool(target) or ref.startswith("refs/pull/") or environment.get("BUILD_REASON") == "PullRequest"
    if not is_change:
        return facts._replace(fork=fork == "true")
    return _of_change(facts, target, fork=fork != "false")


def read_jenkins(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of a multibranch pipeline of Jenkins.

    CHANGE_FORK is set for forks only.
    """
    facts = _read(environment, "Jenkins", ("GIT_URL",), "BRANCH_NAME")
    if environment.get("CHANGE_ID"):
        return _of_change(facts, environment.get("CHANGE_TARGET"), fork=bool(environment.get("CHANGE_FORK")))
    is_default = environment.get("BRANCH_IS_PRIMARY") == "true"
    return facts._replace(default_branch=facts.branch if is_default else None)


def read_circleci(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of CircleCI.

    It states the source of a pull request for forks only, and never the target.
    """
    of_fork = ("CIRCLE_PR_NUMBER", "CIRCLE_PR_USERNAME", "CIRCLE_PR_REPONAME")
    facts = _read(environment, "CircleCI", ("CIRCLE_REPOSITORY_URL",), "CIRCLE_BRANCH")
    return facts._replace(fork=any(environment.get(name) for name in of_fork))


def read_bitbucket(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of Bitbucket Pipelines; it never runs for forks."""
    urls = ("BITBUCKET_GIT_HTTP_ORIGIN", "BITBUCKET_GIT_SSH_ORIGIN")
    facts = _read(environment, "Bitbucket Pipelines", urls, "BITBUCKET_BRANCH")
    if not environment.get("BITBUCKET_PR_ID"):
        return facts
    return _of_change(facts, environment.get("BITBUCKET_PR_DESTINATION_BRANCH"), fork=False)


def read_buildkite(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of Buildkite, which states the source of a pull request."""
    default = "BUILDKITE_PIPELINE_DEFAULT_BRANCH"
    facts = _read(environment, "Buildkite", ("BUILDKITE_REPO",), "BUILDKITE_BRANCH", default)
    if environment.get("BUILDKITE_PULL_REQUEST", "false") in {"", "false"}:
        return facts
    source = environment.get("BUILDKITE_PULL_REQUEST_REPO", "")
    fork = not any(is_same_repository(source, url) for url in facts.repositories)
    return _of_change(facts, environment.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH"), fork=fork)


def read_woodpecker(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of Woodpecker; any pull request may come from a fork."""
    urls = ("CI_REPO_CLONE_URL", "CI_REPO_CLONE_SSH_URL")
    facts = _read(environment, "Woodpecker", urls, "CI_COMMIT_BRANCH", "CI_REPO_DEFAULT_BRANCH")
    kind = environment.get("CI_PIPELINE_EVENT", "")
    if not kind.startswith("pull_request") and not environment.get("CI_COMMIT_PULL_REQUEST"):
        return facts
    return _of_change(facts, environment.get("CI_COMMIT_TARGET_BRANCH"), fork=True)


def read_drone(environment: Environment, _event: Event) -> CiContext:
    """Return the facts of Drone; any pull request may come from a fork."""
    urls = ("DRONE_GIT_HTTP_URL", "DRONE_GIT_SSH_URL", "DRONE_REMOTE_URL")
    facts = _read(environment, "Drone", urls, "DRONE_BRANCH", "DRONE_REPO_BRANCH")
    if environment.get("DRONE_BUILD_EVENT") != "pull_request" and not environment.get("DRONE_PULL_REQUEST"):
        return facts
    return _of_change(facts, environment.get("DRONE_TARGET_BRANCH"), fork=True)


def read_teamcity(_environment: Environment, _event: Event) -> CiContext:
    """Return the facts of TeamCity; its default variables state no branch."""
    return CiContext(name="TeamCity", is_ci=True)


KNOWN: Final[tuple[tuple[str, str, Callable[[Environment, Event], CiContext]], ...]] = (
    ("GITHUB_ACTIONS", "true", read_github),
    ("GITLAB_CI", "true", read_gitlab),
    ("TF_BUILD", "true", read_azure),
    ("CI", "woodpecker", read_woodpecker),
    ("DRONE", "true", read_drone),
    ("BUILDKITE", "true", read_buildkite),
    ("CIRCLECI", "true", read_circleci),
    ("BITBUCKET_BUILD_NUMBER", "", read_bitbucket),
    ("JENKINS_URL", "", read_jenkins),
    ("TEAMCITY_VERSION", "", read_teamcity),
)
"""For each system: a variable, its value (empty for any value), and the function that reads the others."""


def _read(environment: Environment, name: str, urls: Sequence[str], branch: str, default: str = "") -> CiContext:
    """Return the facts in these variables; an empty name leaves a fact out."""
    return CiContext(
        name=name,
        is_ci=True,
        default_branch=environment.get(default) or None,
        branch=environment.get(branch) or None,
        repositories=_read_stated(environment, *urls),
    )


def _of_change(facts: CiContext, target: str | None, *, fork: bool) -> CiContext:
    """Return the facts of a change to the branch ``target``.

    The change is compared with that branch, and builds no branch itself.
    """
    short = _short(target) if target else None
    return facts._replace(
        base=f"refs/remotes/origin/{short}" if short else None, fork=fork, target_branch=short, branch=None
    )


def _short(ref: str) -> str:
    return ref.removeprefix(_HEADS)


def _read_stated(environment: Environment, *names: str) -> tuple[str, ...]:
    return tuple(environment[name] for name in names if environment.get(name))


def _text(event: Any, *names: str) -> str | None:
    value = _at(event, *names)
    return value if isinstance(value, str) and value else None


def _at(event: Any, *names: str) -> Any:
    for name in names:
        event = event.get(name) if isinstance(event, Mapping) else None
    return event
