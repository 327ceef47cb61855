"""State the commit, version, time and settings that verdicts are about."""

from collections.abc import Iterable, Sequence

from oauthgit import __version__
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Outcome, Stamp, Verdict
from oauthgit.pipeline.operations.settings_digest import digest_settings


def stamp_verdicts(
    verdicts: Iterable[Verdict], project: Project, targets: Sequence[Settings], repository: Repository, time: str
) -> tuple[Verdict, ...]:
    """Return the verdicts with their origin, unless the test did not run."""
    digests = digest_settings(project, targets)
    try:
        commit = repository.find_commit("HEAD")
    except GitError:
        commit = ""

    def stamp(verdict: Verdict) -> Stamp | None:
        digest = digests.get((verdict.target, verdict.server))
        is_tested = verdict.outcome is not Outcome.NOT_RUN and digest is not None
        return Stamp(commit, __version__, time, digest) if is_tested and digest else None

    return tuple(verdict._replace(stamp=stamp(verdict)) for verdict in verdicts)
