"""Read the nearest ``.sops.yaml`` of the tree or of a commit."""

from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.discover import find_repository
from oauthgit.discover.git import Commit
from oauthgit.discover.layout import SOPS_RULES, sops_rules
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.project import Project
from oauthgit.model.workspace import Kind
from oauthgit.parse import parse

_LEVELS: Final = 64


class SopsRules(NamedTuple):
    """Hold a ``.sops.yaml``: its path from the project's root, and its bytes."""

    path: str
    content: bytes


def rules_of(project: Project) -> SopsRules | None:
    """Return the ``.sops.yaml`` of the tree itself, or None."""
    found = next((file for file in project.workspace.files if file.kind is Kind.SOPS_RULES), None)
    return SopsRules(found.path, found.content) if found else None


def rules_in(commit: Commit) -> SopsRules | None:
    """Return the ``.sops.yaml`` that applies in a commit, or None.

    Raises:
        GitError: The commit cannot be read.

    """
    root = str(commit.repository.root)
    top = find_repository(root) or root
    levels = min(len(Path(root).parts) - len(Path(top).parts), _LEVELS)
    paths = [f"{'../' * level}{SOPS_RULES}" for level in range(levels + 1)]
    contents = commit.read(paths)
    return next((SopsRules(path, contents[path]) for path in paths if path in contents), None)


def document_of(root: str, rules: SopsRules) -> tuple[Document | None, list[Finding]]:
    """Return the document of a ``.sops.yaml``, or None, and its findings."""
    return parse(sops_rules(root, rules.path, rules.content))
