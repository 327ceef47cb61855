"""A project against the commit that it is to be merged into: what a reviewer must see of a change."""

from collections.abc import Collection
from pathlib import Path

from oauthgit import rules
from oauthgit.discover.git import GitError
from oauthgit.model.display import shown
from oauthgit.model.finding import Finding
from oauthgit.pipeline import loosening
from oauthgit.pipeline.earlier import changes
from oauthgit.pipeline.granting import policy_document, policy_in
from oauthgit.pipeline.loading import Project, UnusableError, is_below, relative
from oauthgit.pipeline.widening import widenings
from oauthgit.triage import Choice, in_order, triage


def against(project: Project, base: str, search: str, choice: Choice, paths: Collection[str | Path] = ()) -> Project:
    """Return ``project`` with what it does to secrets files (OG706, OG708, OG709), policy (OG707) and readers (OG713).

    ``base`` names a commit and ``search`` is the PATH on which git is found. ``choice`` and ``paths`` are those of the
    run. The policy has no say in these findings, nor has a comment or a baseline, for a change may bring them along.

    Raises:
        UnusableError: The base cannot be read, or the policy in it has errors.

    """
    found = [*changes(project, base, search), *_loosened(project, base, search), *widenings(project, base, search)]
    chosen = [relative(path, Path(project.workspace.root)) for path in paths]
    if chosen:
        found = [finding for finding in found if finding.targets or is_below(finding.location.file, chosen)]
    graded = triage(found, choice._replace(rules={}), rules.load, {})
    return project._replace(findings=in_order((*project.findings, *graded)))


def _loosened(project: Project, base: str, search: str) -> list[Finding]:
    """Return what the policy allows beyond the base's; of one that has errors it is not known what it allows."""
    if not project.usable:
        return []
    try:
        stated = policy_in(Path(project.workspace.root), base, search)
    except GitError as error:
        raise UnusableError(f"the policy cannot be compared with the base: {error}") from None
    document, ours, where = policy_document(project), project.policy, f"the policy in {shown(base)}"
    return [
        *loosening.findings(
            document,
            loosening.doors(stated, ours),
            f", which {where} does not grant",
            "Look whether secrets may go there; it counts once it is merged.",
        ),
        *loosening.findings(
            document,
            loosening.grades(stated, ours),
            f", against {where}",
            "Look whether it is meant: what the rule finds is no longer told, or no longer fails a run.",
        ),
    ]
