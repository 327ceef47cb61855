"""The CI context of a run, from the variables and event files of the CI systems."""

from typing import Any

import pytest

from oauthgit.cli.ci import detect, shard_of
from oauthgit.model.ci_context import CiContext

MAIN = "refs/remotes/origin/main"


def pull(head: str | None, base: str = "acme/settings") -> dict[str, Any]:
    side = {"repo": {"full_name": head} if head else None}
    return {"pull_request": {"head": side, "base": {"ref": "main", "repo": {"full_name": base}}}}


def after(head: str | None, *bases: str) -> dict[str, Any]:
    run = {
        "head_repository": {"full_name": head} if head else None,
        "pull_requests": [{"base": {"ref": base}} for base in bases],
    }
    return {"workflow_run": run, "repository": {"full_name": "acme/settings"}}


GITHUB: dict[str, tuple[str, dict[str, Any] | None, tuple[str | None, bool]]] = {
    "a push": ("push", {}, (None, False)),
    "a schedule": ("schedule", {}, (None, False)),
    "a pull request of the house": ("pull_request", pull("acme/settings"), (MAIN, False)),
    "a pull request of a fork": ("pull_request", pull("eve/settings"), (MAIN, True)),
    "a pull request of a deleted fork": ("pull_request", pull(None), (MAIN, True)),
    "a pull request of which nothing is known": ("pull_request", None, (MAIN, True)),
    "a pull request with a strange payload": ("pull_request", {"pull_request": [1]}, (MAIN, True)),
    "pull_request_target of the house": ("pull_request_target", pull("acme/settings"), (MAIN, False)),
    "pull_request_target of a fork": ("pull_request_target", pull("eve/settings"), (MAIN, True)),
    "a review of a fork's pull request": ("pull_request_review", pull("eve/settings"), (MAIN, True)),
    "workflow_run of the house": ("workflow_run", after("acme/settings"), (None, False)),
    "workflow_run of a pull request": ("workflow_run", after("acme/settings", "main"), (MAIN, False)),
    "workflow_run of a fork": ("workflow_run", after("eve/settings"), (None, True)),
    "workflow_run of nobody knows whom": ("workflow_run", after(None), (None, True)),
    "workflow_run without a payload": ("workflow_run", None, (None, True)),
    "a comment on an issue": ("issue_comment", {"issue": {}}, (None, False)),
    "a comment on a pull request": ("issue_comment", {"issue": {"pull_request": {"url": "x"}}}, (None, True)),
}


@pytest.mark.parametrize(("kind", "event", "expected"), GITHUB.values(), ids=GITHUB)
def test_github_run_is_detected(kind: str, event: dict[str, Any] | None, expected: tuple[str | None, bool]) -> None:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": kind}
    if kind.startswith("pull_request"):
        environment["GITHUB_BASE_REF"] = "main"
    found = detect(environment, event)
    assert (found.base, found.fork, found.name) == (*expected, "GitHub Actions")


GITLAB: dict[str, tuple[dict[str, str], tuple[str | None, bool]]] = {
    "a branch": ({}, (None, False)),
    "a merge request of the house": ({"SOURCE_PROJECT_ID": "7", "DIFF_BASE_SHA": "abc"}, ("abc", False)),
    "a merge request of a fork": ({"SOURCE_PROJECT_ID": "8", "DIFF_BASE_SHA": "abc"}, ("abc", True)),
    "a merge request of nobody knows whom": ({"DIFF_BASE_SHA": "abc"}, ("abc", True)),
}


@pytest.mark.parametrize(("variables", "expected"), GITLAB.values(), ids=GITLAB)
def test_gitlab_run_is_detected(variables: dict[str, str], expected: tuple[str | None, bool]) -> None:
    environment = {"GITLAB_CI": "true", "CI_PROJECT_ID": "7"}
    environment |= {f"CI_MERGE_REQUEST_{name}": value for name, value in variables.items()}
    found = detect(environment, None)
    assert (found.base, found.fork, found.name) == (*expected, "GitLab CI")


AZURE: dict[str, tuple[dict[str, str], tuple[str | None, bool]]] = {
    "a branch": ({}, (None, False)),
    "a pull request of the house": ({"TARGETBRANCH": "refs/heads/main", "ISFORK": "False"}, (MAIN, False)),
    "a pull request of a fork": ({"TARGETBRANCH": "refs/heads/main", "ISFORK": "True"}, (MAIN, True)),
    "a pull request of nobody knows whom": ({"TARGETBRANCH": "main"}, (MAIN, True)),
}


@pytest.mark.parametrize(("variables", "expected"), AZURE.values(), ids=AZURE)
def test_azure_run_is_detected(variables: dict[str, str], expected: tuple[str | None, bool]) -> None:
    environment = {"TF_BUILD": "True"} | {f"SYSTEM_PULLREQUEST_{name}": value for name, value in variables.items()}
    found = detect(environment, None)
    assert (found.base, found.fork, found.name) == (*expected, "Azure Pipelines")


def test_run_outside_of_ci_has_no_context() -> None:
    assert detect({"GITHUB_BASE_REF": "main", "CI": "false"}, pull("eve/settings")) == CiContext()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "5"}, (2, 5)),
        ({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "5"}, (1, 5)),
        ({"CI_NODE_INDEX": "5", "CI_NODE_TOTAL": "5"}, (5, 5)),
        ({"CI_NODE_TOTAL": "1"}, None),
        ({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "1"}, None),
        ({"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "5"}, None),
        ({"CI_NODE_INDEX": "6", "CI_NODE_TOTAL": "5"}, None),
        ({"CI_NODE_INDEX": "2"}, None),
        ({"CI_NODE_INDEX": "x", "CI_NODE_TOTAL": "5"}, None),
        ({"CI_NODE_INDEX": "1/2", "CI_NODE_TOTAL": "5"}, None),
        ({"CI_NODE_INDEX": "9" * 5_000, "CI_NODE_TOTAL": "9" * 5_000}, None),
        ({}, None),
    ],
)
def test_parallel_jobs_in_gitlab_get_their_shard(variables: dict[str, str], expected: tuple[int, int] | None) -> None:
    assert shard_of({"GITLAB_CI": "true", **variables}) == expected
    assert shard_of({"GITLAB_CI": "true", **variables, "PRE_COMMIT": "1"}) is None, (
        "a hook checks all, for nobody sees what it says"
    )
    assert shard_of(variables) is None, "CircleCI counts from 0 and sets other names; only GitLab counts"
