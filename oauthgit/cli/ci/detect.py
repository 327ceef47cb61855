"""Detect the CI system of a run by its environment."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from oauthgit.model.ci_context import CiContext

_NO: Final = ("", "false", "0", "no", "off")
MARKS: Final = (
    *("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "CIRCLECI", "BITBUCKET_BUILD_NUMBER", "BUILDKITE"),
    *("DRONE", "TEAMCITY_VERSION", "TRAVIS", "APPVEYOR", "CODEBUILD_BUILD_ID", "CONTINUOUS_INTEGRATION", "CI"),
)
"""Variables that CI systems set; the last two are set by many systems."""


def detect_here(environment: Mapping[str, str]) -> CiContext:
    """Return the CI system by ``environment`` and by GitHub's event file."""
    if not is_ci(environment):
        return CiContext()
    event = None
    if environment.get("GITHUB_EVENT_PATH"):
        from pathlib import Path

        from oauthgit.model.formats.strict_json import read_json

        with suppress(OSError, ValueError):
            event = read_json(Path(environment["GITHUB_EVENT_PATH"]).read_bytes())
    return detect(environment, event if isinstance(event, dict) else None)


def detect(environment: Mapping[str, str], event: Mapping[str, Any] | None) -> CiContext:
    """Return the CI system by its variables.

    ``event`` is the payload in GITHUB_EVENT_PATH, or None if it cannot be read: a pull request then counts as one from a
    fork. An unknown system is returned as a CI system without facts.
    """
    if not is_ci(environment):
        return CiContext()
    from oauthgit.cli.ci import systems

    for mark, value, read in systems.KNOWN:
        stated = environment.get(mark, "")
        if stated.lower() == value if value else stated:
            return read(environment, event if isinstance(event, Mapping) else {})
    return CiContext(is_ci=True)


def is_ci(environment: Mapping[str, str]) -> bool:
    """Return True if a CI system runs this, a known one or another."""
    return any(environment.get(name, "").lower() not in _NO for name in MARKS)


def is_hook(environment: Mapping[str, str]) -> bool:
    """Return True if pre-commit runs this.

    It runs several processes at the same time, and drops the output of successful ones.
    """
    return environment.get("PRE_COMMIT") == "1"


def shard_of(environment: Mapping[str, str]) -> tuple[int, int] | None:
    """Return the share of a parallel job in GitLab CI, or None for a single job.

    (2, 5) is the second of five. ``parallel`` sets CI_NODE_INDEX, counted from 1, and CI_NODE_TOTAL, which is 1 for a
    single job (GitLab, "Predefined CI/CD variables"). Other values are ignored, so that everything is checked.
    """
    if environment.get("GITLAB_CI") != "true" or is_hook(environment):
        return None
    from argparse import ArgumentTypeError

    from oauthgit.cli.arguments import parse_shard

    index, count = (environment.get(f"CI_NODE_{what}", "") for what in ("INDEX", "TOTAL"))
    try:
        shard = parse_shard(f"{index}/{count}")
    except ArgumentTypeError:
        return None
    return None if shard == (1, 1) else shard
