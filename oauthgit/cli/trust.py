"""What a command that opens doors goes by: options, and the authority that they and the surroundings lead to."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from oauthgit.cli.ci import detect_here
from oauthgit.cli.terminal import confirm, has_terminal
from oauthgit.discover import find_repository
from oauthgit.discover.git import GitError
from oauthgit.discover.git import repository as open_repository
from oauthgit.model.ci_context import CiContext
from oauthgit.model.display import printable
from oauthgit.pipeline import Project, UnusableError
from oauthgit.pipeline.authority import find_authority
from oauthgit.pipeline.trusted_policy import TrustedProject, apply_authority, list_doors, trust_tree


def add_authority(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose whose policy opens doors."""
    parser.add_argument(
        "--authority",
        metavar="REF",
        help="read from the commit REF where secrets may go and who may read them, such as refs/remotes/origin/main; in CI "
        "beside the default branch that the system names, never in its place, and never what is checked out",
    )
    parser.add_argument(
        "--trust-working-tree",
        action="store_true",
        help="let the policy and .sops.yaml of the working tree open doors; for a person at a terminal who has read them",
    )


def detect_rule(environment: Mapping[str, str]) -> CiContext:
    """Return the surroundings of a run; without a terminal the rule of CI holds, whatever the variables state."""
    ci = detect_here(environment)
    return ci if ci.is_ci or has_terminal() else ci._replace(is_ci=True)


def open_doors(
    options: argparse.Namespace, project: Project, ci: CiContext, environment: Mapping[str, str]
) -> TrustedProject:
    """Return ``project`` with the trust settings of the authority.

    Raises:
        UnusableError: There is no authority, or it cannot be read; nothing is opened then.

    """
    root = Path(project.workspace.root)
    if options.trust_working_tree:
        if ci.is_ci:
            raise UnusableError(
                "--trust-working-tree needs a person at a terminal; in CI the default branch opens doors"
            )
        return trust_tree(project)
    if find_repository(str(root.resolve())) is None:
        return _trust_folder(project, ci)
    try:
        repository = open_repository(root, search=environment.get("PATH", ""))
        authority = find_authority(repository, ci, options.authority)
        return apply_authority(project, repository, authority) if authority.grantors else trust_tree(project)
    except GitError as error:
        raise UnusableError(str(error)) from None


def _trust_folder(project: Project, ci: CiContext) -> TrustedProject:
    """Return the project of a folder outside of git with its own doors, once the person at the terminal agreed."""
    where = printable(project.workspace.root)
    if ci.is_ci:
        raise UnusableError(f"{where} is not in a git repository, so nobody granted what it opens; run it in a clone")
    doors = list_doors(project)
    if doors:
        text = "\n".join((f"{where} is not in a git repository, so nothing shows who wrote this policy:", *doors))
        if not confirm(text, "Open these doors?"):
            raise UnusableError("the doors of the policy were not confirmed")
    return trust_tree(project)._replace(sops_rules=(None,))  # readers are confirmed one by one, where they are needed
