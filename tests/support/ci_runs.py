"""Runs of CI systems: a repository on a server, a clone of it, and the variables of each event."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from support.git import git

OURS, THEIRS = "acme/settings", "eve/settings"


class Run(NamedTuple):
    """A run of a CI system.

    ``variables`` contain ``{main}``, ``{evil}`` and ``{event}`` for two commits and the file with ``event``. ``code`` is
    the exit code without any attack: 0 for a fork, 2 without a default branch, None if the policy of main counts.
    ``url`` is the URL of origin.
    """

    variables: Mapping[str, str]
    event: Mapping[str, Any] | None = None
    code: int | None = None
    url: str = "https://github.com/acme/settings"

    def environment(self, folder: Path, clone: Path) -> dict[str, str]:
        """Return the variables of the run in ``clone``; its event is written to ``folder``."""
        file = folder / "event.json"
        main, evil = git(clone, "rev-parse", "refs/remotes/origin/main", "refs/remotes/origin/evil").split()
        if self.event is not None:
            file.write_text(json.dumps(self.event).replace("BASE_SHA", main))
        return {name: value.format(event=file, main=main, evil=evil) for name, value in self.variables.items()}


def _repository(name: str = OURS) -> dict[str, Any]:
    return {"full_name": name, "default_branch": "main"}


def _pull(head: str, base: str = "main") -> dict[str, Any]:
    side = {"repo": _repository(head), "ref": "evil", "sha": "0" * 40}
    return {"head": side, "base": {"repo": _repository(), "ref": base, "sha": "0" * 40}}


def _github(kind: str, ref: str, sha: str, **more: str) -> dict[str, str]:
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": kind,
        "GITHUB_EVENT_PATH": "{event}",
        "GITHUB_REF": ref,
        "GITHUB_SHA": sha,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": OURS,
        **more,
    }


def _on_pull(kind: str, head: str = OURS) -> Run:
    return Run(
        _github(kind, "refs/pull/7/merge", "{evil}", GITHUB_BASE_REF="main"),
        {"pull_request": _pull(head), "repository": _repository()},
        None if head == OURS else 0,
    )


def _on_default(kind: str, code: int | None = None, **event: Any) -> Run:
    return Run(_github(kind, "refs/heads/main", "{main}"), {"repository": _repository(), **event}, code)


_QUEUE = "refs/heads/gh-readonly-queue/main/pr-7-0000"
_RUN = {"head_repository": _repository(), "pull_requests": [{"base": {"ref": "main"}}]}

GITHUB = {
    "push to main": _on_default("push"),
    "push to a branch": Run(_github("push", "refs/heads/evil", "{evil}"), {"repository": _repository()}),
    "push of a tag": Run(_github("push", "refs/tags/v1", "{evil}"), {"repository": _repository()}),
    "schedule": Run(_github("schedule", "refs/heads/main", "{main}"), {"schedule": "0 4 * * *"}),
    "pull request": _on_pull("pull_request"),
    "pull request of a fork": _on_pull("pull_request", THEIRS),
    "pull_request_target": Run(
        _github("pull_request_target", "refs/heads/main", "{main}", GITHUB_BASE_REF="main"),
        {"pull_request": _pull(OURS), "repository": _repository()},
    ),
    "pull_request_target of a fork": _on_pull("pull_request_target", THEIRS),
    "pull_request_review": _on_pull("pull_request_review"),
    "merge_group": Run(
        _github("merge_group", _QUEUE, "{evil}"),
        {"merge_group": {"base_ref": "refs/heads/main", "base_sha": "BASE_SHA"}, "repository": _repository()},
    ),
    "workflow_run": _on_default("workflow_run", workflow_run=_RUN),
    "workflow_run of a fork": _on_default(
        "workflow_run", 0, workflow_run={"head_repository": _repository(THEIRS), "pull_requests": []}
    ),
    "workflow_dispatch": Run(_github("workflow_dispatch", "refs/heads/evil", "{evil}"), {"repository": _repository()}),
    "repository_dispatch": _on_default("repository_dispatch"),
    "deployment": Run(_github("deployment", "refs/heads/evil", "{evil}"), {"repository": _repository()}),
    "issue_comment on a pull request": _on_default("issue_comment", 0, issue={"pull_request": {"url": "x"}}),
    "issue_comment on an issue": _on_default("issue_comment", issue={}),
    "an event without a payload": Run(_github("push", "refs/heads/main", "{main}"), code=2),
}

_GITLAB_URL = "https://gitlab-ci-token:glcbt-canary@gitlab.example.com/acme/settings.git"
_GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_PROJECT_ID": "7",
    "CI_DEFAULT_BRANCH": "main",
    "CI_PROJECT_URL": "https://gitlab.example.com/acme/settings",
    "CI_REPOSITORY_URL": _GITLAB_URL,
}
_MERGE = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "7",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{main}",
}
_EXTERNAL = {
    "CI_PIPELINE_SOURCE": "external_pull_request_event",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": OURS,
    "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY": OURS,
}


def _gitlab(variables: Mapping[str, str], code: int | None = None) -> Run:
    return Run({**_GITLAB, **variables}, code=code, url=_GITLAB_URL)


GITLAB = {
    "push to main": _gitlab({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}),
    "push to a branch": _gitlab({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "evil"}),
    "schedule": _gitlab({"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}),
    "merge request": _gitlab(_MERGE),
    "merged results": _gitlab({**_MERGE, "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"}),
    "merge train": _gitlab({**_MERGE, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"}),
    "merge request of a fork": _gitlab({**_MERGE, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "8"}, 0),
    "external pull request": _gitlab(_EXTERNAL),
    "external pull request of a fork": _gitlab({**_EXTERNAL, "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": THEIRS}, 0),
}

_AZURE_URL = "https://acme@dev.azure.com/acme/crm/_git/settings"


def _azure(variables: Mapping[str, str], code: int | None = 2) -> Run:
    return Run({"TF_BUILD": "True", "BUILD_REPOSITORY_URI": _AZURE_URL, **variables}, code=code, url=_AZURE_URL)


_AZURE_PULL = {
    "BUILD_REASON": "PullRequest",
    "BUILD_SOURCEBRANCH": "refs/pull/7/merge",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
}
AZURE = {
    "CI": _azure({"BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": "refs/heads/main"}),
    "nightly": _azure({"BUILD_REASON": "Schedule", "BUILD_SOURCEBRANCH": "refs/heads/main"}),
    "pull request": _azure({**_AZURE_PULL, "SYSTEM_PULLREQUEST_ISFORK": "False"}),
    "pull request of a fork": _azure({**_AZURE_PULL, "SYSTEM_PULLREQUEST_ISFORK": "True"}, 0),
    "manual run of refs/pull": _azure({"BUILD_REASON": "Manual", "BUILD_SOURCEBRANCH": "refs/pull/7/merge"}, 0),
}

_HUB = "https://github.com/acme/settings.git"


def _other(variables: Mapping[str, str], code: int | None = 2, url: str = _HUB) -> Run:
    return Run({"CI": "true", **variables}, code=code, url=url)


_JENKINS = {"JENKINS_URL": "https://jenkins.example.com/", "GIT_URL": _HUB}
_JENKINS_PULL = {**_JENKINS, "BRANCH_NAME": "PR-7", "CHANGE_ID": "7", "CHANGE_TARGET": "main"}
_CIRCLECI = {"CIRCLECI": "true", "CIRCLE_REPOSITORY_URL": _HUB}
_BITBUCKET_URL = "http://bitbucket.org/acme/settings"
_BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_GIT_HTTP_ORIGIN": _BITBUCKET_URL}
_BITBUCKET_PULL = {**_BITBUCKET, "BITBUCKET_PR_ID": "7", "BITBUCKET_PR_DESTINATION_BRANCH": "main"}
_BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_REPO": "git@github.com:acme/settings.git",
    "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
}
_BUILDKITE_PULL = {**_BUILDKITE, "BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"}
_FORK_URL = "https://github.com/eve/settings.git"
_WOODPECKER = {"CI": "woodpecker", "CI_REPO_DEFAULT_BRANCH": "main", "CI_REPO_CLONE_URL": _HUB}
_DRONE = {"DRONE": "true", "DRONE_REPO_BRANCH": "main", "DRONE_GIT_HTTP_URL": _HUB}
OTHERS = {
    "Jenkins, the primary branch": _other({**_JENKINS, "BRANCH_NAME": "main", "BRANCH_IS_PRIMARY": "true"}, None),
    "Jenkins, another branch": _other({**_JENKINS, "BRANCH_NAME": "evil"}),
    "Jenkins, a change": _other(_JENKINS_PULL),
    "Jenkins, a change of a fork": _other({**_JENKINS_PULL, "CHANGE_FORK": "eve"}, 0),
    "CircleCI, a branch": _other({**_CIRCLECI, "CIRCLE_BRANCH": "evil"}),
    "CircleCI, a fork": _other({**_CIRCLECI, "CIRCLE_PR_NUMBER": "7", "CIRCLE_PR_USERNAME": "eve"}, 0),
    "Bitbucket, a branch": _other({**_BITBUCKET, "BITBUCKET_BRANCH": "evil"}, url=_BITBUCKET_URL),
    "Bitbucket, a pull request": _other(_BITBUCKET_PULL, url=_BITBUCKET_URL),
    "Buildkite, a branch": _other({**_BUILDKITE, "BUILDKITE_PULL_REQUEST": "false"}, None),
    "Buildkite, a pull request": _other({**_BUILDKITE_PULL, "BUILDKITE_PULL_REQUEST_REPO": _HUB}, None),
    "Buildkite, a fork": _other({**_BUILDKITE_PULL, "BUILDKITE_PULL_REQUEST_REPO": _FORK_URL}, 0),
    "Woodpecker, a push": _other({**_WOODPECKER, "CI_PIPELINE_EVENT": "push", "CI_COMMIT_BRANCH": "evil"}, None),
    "Woodpecker, a pull request": _other({**_WOODPECKER, "CI_PIPELINE_EVENT": "pull_request"}, 0),
    "Drone, a push": _other({**_DRONE, "DRONE_BUILD_EVENT": "push", "DRONE_BRANCH": "evil"}, None),
    "Drone, a pull request": _other({**_DRONE, "DRONE_BUILD_EVENT": "pull_request"}, 0),
    "TeamCity": _other({"TEAMCITY_VERSION": "2025.03"}),
    "an unknown system": _other({}),
    "no terminal": Run({}, code=2),
    "no terminal, and CI=false": Run({"CI": "false"}, code=2),
}

RUNS = {
    f"{system}: {name}": run
    for system, runs in (("GitHub", GITHUB), ("GitLab", GITLAB), ("Azure", AZURE), ("others", OTHERS))
    for name, run in runs.items()
}
