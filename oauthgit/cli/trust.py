"""Find the authority by which a command opens doors, from its options and its context."""

import argparse
import os
from pathlib import Path

from oauthgit.cli.context import Context
from oauthgit.cli.terminal import confirm, has_terminal
from oauthgit.discover import find_repository
from oauthgit.discover.git import GitError, Repository
from oauthgit.discover.placing import CONFIGS
from oauthgit.discover.refs import has_fetched, is_submodule
from oauthgit.model.ci_context import CiContext
from oauthgit.model.formats.sanitize import printable
from oauthgit.pipeline import Project, UnusableError
from oauthgit.pipeline.operations.authority import Authority, find_authority
from oauthgit.pipeline.operations.trusted_policy import TrustedProject, apply_authority, list_doors, trust_tree


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


def apply_ci_rule(context: Context) -> Context:
    """Return the context with the rule of CI where there is no terminal."""
    return context if context.ci.is_ci or has_terminal() else context._replace(ci=context.ci._replace(is_ci=True))


def open_doors(
    context: Context, project: Project, authority: str | None, *, trust_working_tree: bool
) -> TrustedProject:
    """Return ``project`` with the trust settings of the authority.

    Raises:
        UnusableError: There is no authority, or it cannot be read; nothing is opened then.

    """
    root = Path(project.workspace.root)
    if trust_working_tree:
        if context.ci.is_ci:
            raise UnusableError(
                "--trust-working-tree needs a person at a terminal; in CI the default branch opens doors"
            )
        return trust_tree(project)
    if find_repository(str(root.resolve())) is None:
        return _trust_folder(project, context.ci, "is not in a git repository")
    try:
        repository = context.open_repository(str(root))
        _refuse_links(context.environment.get("PWD", ""), context.common.directory, repository.top)
        if is_submodule(repository) and not context.ci.is_ci:
            return _trust_folder(project, context.ci, "is a submodule, whose branches somebody else chose,")
        trusted = find_authority(repository, context.ci, authority)
        if not trusted.grantors:
            if has_fetched(repository):
                return _trust_folder(project, context.ci, "has no remote and yet fetched something,")
            return trust_tree(project)
        _refuse_moved(repository, trusted, root)
        return apply_authority(project, repository, trusted)
    except GitError as error:
        raise UnusableError(str(error)) from None


def _refuse_links(here: str, directory: str | None, top: Path) -> None:
    """Refuse a folder that is reached through a link of the repository: a change may have led it to another project.

    ``here`` is where the shell was, as it names it, and ``directory`` what -C added to it.
    """
    named = Path(os.path.normpath(Path(here or os.sep, directory or os.curdir)))
    if named.resolve() != Path.cwd():
        return
    real = top.resolve()
    for folder in (named, *named.parents):
        if folder.is_symlink() and folder.parent.resolve().is_relative_to(real):
            raise UnusableError(
                f"{printable(str(folder))} is a link in the repository, so it leads to another project than the one that was "
                "named; name the folder itself"
            )


def _refuse_moved(repository: Repository, authority: Authority, root: Path) -> None:
    """Refuse settings found above the folder that was named where the authority has some in between: they were moved."""
    here, top = Path.cwd(), root.resolve()
    if here == top or not here.is_relative_to(top):
        return
    between = [folder for folder in (here, *here.parents) if folder.is_relative_to(top) and folder != top]
    below = repository.top.resolve()
    wanted = [
        (grantor.commit, f"{folder.relative_to(below).as_posix()}/{CONFIGS}")
        for grantor in authority.grantors
        for folder in between
    ]
    for _, path in repository.list_existing(wanted):
        raise UnusableError(
            f"{printable(path)} is in the authority and not here, so the settings of {printable(str(root))} are those of another "
            "project; restore it, or name the folder whose settings are meant with -C"
        )


def _trust_folder(project: Project, ci: CiContext, what: str) -> TrustedProject:
    """Return the project of a folder that nobody grants anything with its own doors, once the person agreed."""
    where = printable(project.workspace.root)
    if ci.is_ci:
        raise UnusableError(f"{where} {what.rstrip(',')}, so nobody granted what it opens; run it in a clone")
    doors = list_doors(project)
    if doors:
        text = "\n".join((f"{where} {what.rstrip(',')}, so nothing shows who wrote this policy:", *doors))
        if not confirm(text, "Open these doors?"):
            raise UnusableError("the doors of the policy were not confirmed")
    return trust_tree(project)._replace(sops_rules=(None,))  # readers are confirmed one by one, where they are needed
