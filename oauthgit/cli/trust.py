"""Apply trust settings, by the options and the context of a command."""

import argparse
import os
from pathlib import Path
from typing import Final

from oauthgit.cli.context import Context
from oauthgit.cli.output import note
from oauthgit.cli.terminal import confirm, has_terminal
from oauthgit.discover import find_repository
from oauthgit.discover.git import GitError, Repository
from oauthgit.discover.layout import CONFIGS
from oauthgit.discover.refs import has_fetched, is_submodule
from oauthgit.model.ci_context import CiContext
from oauthgit.model.formats.sanitize import escape
from oauthgit.pipeline import Project, UsageError
from oauthgit.pipeline.operations.authority import Authority, find_authority
from oauthgit.pipeline.operations.trusted_policy import TrustedProject, apply_authority, list_trust_settings, trust_tree

_KEY_TYPES: Final = "/secrets/key_types"


def add_authority(parser: argparse.ArgumentParser) -> None:
    """Add the options that select the commits with the trust settings."""
    parser.add_argument(
        "--authority",
        metavar="REF",
        help="Read the trust settings (permitted endpoints and readers of secrets) from the commit REF, such as "
        "refs/remotes/origin/main. In CI, REF applies in addition to the default branch of the system, and must not be the "
        "commit that is checked out.",
    )
    parser.add_argument(
        "--trust-working-tree",
        action="store_true",
        help="Use the trust settings in the policy and .sops.yaml of the working tree. Read them first; this needs a terminal.",
    )


def apply_ci_rule(context: Context) -> Context:
    """Return the context; without a terminal, the rules of CI apply."""
    return context if context.ci.is_ci or has_terminal() else context._replace(ci=context.ci._replace(is_ci=True))


def apply_trust(
    context: Context, project: Project, authority: str | None, *, trust_working_tree: bool
) -> TrustedProject:
    """Return ``project`` with the trust settings of the trusted commits.

    Raises:
        UsageError: There is no trusted commit, or it cannot be read.

    """
    root = Path(project.workspace.root)
    if trust_working_tree:
        if context.ci.is_ci:
            raise UsageError(
                "--trust-working-tree needs a person at a terminal; in CI, the trust settings of the default branch apply"
            )
        return trust_tree(project)
    if find_repository(str(root.resolve())) is None:
        return _trust_folder(project, context.ci, "is not in a git repository")
    try:
        repository = context.open_repository(str(root))
        _refuse_links(context.environment.get("PWD", ""), context.common.directory, repository.top)
        if is_submodule(repository) and not context.ci.is_ci:
            return _trust_folder(project, context.ci, "is a submodule, and another repository selects its branches")
        trusted = find_authority(repository, context.ci, authority)
        if not trusted.grantors:
            if has_fetched(repository):
                return _trust_folder(project, context.ci, "has no remote, but contains fetched commits")
            return trust_tree(project)
        _refuse_moved(repository, trusted, root)
        return apply_authority(project, repository, trusted)
    except GitError as error:
        raise UsageError(str(error)) from None


def trust_for_requests(
    context: Context, project: Project, authority: str | None, *, trust_working_tree: bool
) -> TrustedProject:
    """Return the project with the trust settings for requests with secrets.

    Raises:
        UsageError: There is no trusted commit, or it cannot be read.

    """
    try:
        return apply_trust(context, project, authority, trust_working_tree=trust_working_tree)
    except UsageError as error:
        raise UsageError(f"nothing was sent: {error}") from None


def trust_for_secrets(
    context: Context, project: Project, authority: str | None, *, trust_working_tree: bool, nothing: str
) -> TrustedProject:
    """Return the project with the trust settings for writing or showing secrets.

    Until the trusted commits have a policy, no ``.sops.yaml`` permits a reader. Errors begin with ``nothing``.

    Raises:
        UsageError: There are no trust settings.

    """
    context = apply_ci_rule(context)
    if context.ci.fork:
        raise UsageError(f"{nothing}: {context.ci.name} runs this for a fork, or does not state its origin")
    try:
        trusted = apply_trust(context, project, authority, trust_working_tree=trust_working_tree)
    except UsageError as error:
        raise UsageError(f"{nothing}: {error}") from None
    for finding in trusted.findings:
        if finding.location.pointer.startswith(_KEY_TYPES):  # other trust settings are not used here
            note(context, f"{escape(finding.location.file)}:{finding.location.line}: {finding.message}", always=True)
    return trusted if trusted.is_adopted else trusted._replace(sops_rules=(None,))


def _refuse_links(here: str, directory: str | None, top: Path) -> None:
    """Reject a folder that is reached through a symbolic link of the repository.

    A change may point the link to another project. ``here`` is the shell's working directory with its links, and
    ``directory`` the value of -C.
    """
    named = Path(os.path.normpath(Path(here or os.sep, directory or os.curdir)))
    if named.resolve() != Path.cwd():
        return
    real = top.resolve()
    for folder in (named, *named.parents):
        if folder.is_symlink() and folder.parent.resolve().is_relative_to(real):
            raise UsageError(
                f"{escape(str(folder))} is a symbolic link in the repository, so a change could point it to another project; "
                "use the real path of the folder"
            )


def _refuse_moved(repository: Repository, authority: Authority, root: Path) -> None:
    """Reject settings above the current folder if a trusted commit has nearer ones.

    A change may have moved them away.
    """
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
        raise UsageError(
            f"{escape(path)} is in a trusted commit but missing here, so {escape(str(root))} has the settings of another "
            "project; restore the file, or select the folder of the right settings with -C"
        )


def _trust_folder(project: Project, ci: CiContext, what: str) -> TrustedProject:
    """Return a project without trusted commits, after a person confirmed its settings."""
    where = escape(project.workspace.root)
    if ci.is_ci:
        raise UsageError(f"{where} {what}, so there is no trusted policy; run this in a clone of the repository")
    trust_settings = list_trust_settings(project)
    if trust_settings:
        text = "\n".join((f"{where} {what}, so the author of this policy is unknown:", *trust_settings))
        if not confirm(text, "Apply these trust settings?"):
            raise UsageError("the trust settings of the policy were not confirmed")
    return trust_tree(project)._replace(sops_rules=(None,))  # readers are confirmed one by one when they are needed
