"""Represent a checked project, and the results of evaluating some of its files."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Workspace


class Evaluation(NamedTuple):
    """Hold findings of related files, and facts to compare with other files.

    ``parents`` maps layers to their parent branches, ``environments`` merged layers to theirs, and ``servers`` merged
    layers to the number of their OAuth servers. ``commented`` are the documents with suppression comments, without
    their data. Rules that compare all layers with each other match only if ``correlation_keys``, by layer, collide.
    ``concerned`` are the layers that a finding is about, or that it may depend on. ``lines`` are the masked lines that a
    report shows of these files, by file and number. With ``is_local``, all findings are about single files as written.
    """

    findings: Sequence[Finding]
    parents: Mapping[str, str | None] = {}
    environments: Mapping[str, str | None] = {}
    servers: Mapping[str, int] = {}
    commented: tuple[Document, ...] = ()
    correlation_keys: Mapping[str, bytes] = {}
    concerned: frozenset[str] = frozenset()
    lines: Mapping[str, Mapping[int, str]] = {}
    is_local: bool = False


def combine(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Merge evaluations into one; findings at the same place stay separate."""
    lines: dict[str, dict[int, str]] = {}
    for each in evaluations:
        for file, some in each.lines.items():
            lines.setdefault(file, {}).update(some)
    return Evaluation(
        [finding for each in evaluations for finding in each.findings],
        {layer: parent for each in evaluations for layer, parent in each.parents.items()},
        {target: environment for each in evaluations for target, environment in each.environments.items()},
        {target: number for each in evaluations for target, number in each.servers.items()},
        tuple(document for each in evaluations for document in each.commented),
        {layer: keys for each in evaluations for layer, keys in each.correlation_keys.items()},
        frozenset().union(*(each.concerned for each in evaluations)),
        lines,
    )


def restrict(evaluation: Evaluation, targets: Collection[str]) -> Evaluation:
    """Return an evaluation of ``targets`` only; all findings stay."""
    environments = {name: value for name, value in evaluation.environments.items() if name in targets}
    servers = {name: number for name, number in evaluation.servers.items() if name in targets}
    return evaluation._replace(environments=environments, servers=servers)


class Resolution(NamedTuple):
    """Hold the usable documents of files, and the effective settings of their targets."""

    documents: Sequence[Document]
    targets: Sequence[Settings]

    def find_document(self, file: str) -> Document | None:
        """Return the document of a file, or None if it cannot be used."""
        return next((document for document in self.documents if document.file == file), None)


class Project(NamedTuple):
    """Represent a checked ``configs/`` folder.

    ``resolve`` reads and merges the files at its first call, because most runs need only ``findings``: those that
    count after triage. ``policy`` has its defaults filled in; ``policy_is_valid`` is false if the policy file has errors.
    ``ca_pem`` are the certificates of ``ca_file``, if they were read from another commit. ``files_checked`` is the
    number of selected files, or of layers if no paths are selected. ``blocked`` maps targets with invalid layers to
    the reason, regardless of policy, selection and suppressions. ``is_cacheable`` is true if no finding may indicate a
    plaintext secret. ``environments``, ``servers_by_target`` and ``parents`` come from all evaluations.
    ``shared_documents`` are the valid documents that apply to every layer, such as the policy.
    ``selection`` is the user's selection, with paths relative to the root. ``lines`` are masked lines
    of findings, by file and number.
    """

    workspace: Workspace
    resolve: Callable[[], Resolution]
    findings: tuple[Finding, ...]
    policy: Mapping[str, Any]
    policy_is_valid: bool
    seconds: float = 0
    ca_pem: str | None = None
    files_checked: int = 0
    blocked: Mapping[str, str] = {}
    is_cacheable: bool = False
    environments: Mapping[str, str | None] = {}
    servers_by_target: Mapping[str, int] = {}
    parents: Mapping[str, str | None] = {}
    shared_documents: tuple[Document, ...] = ()
    selection: Selection = EVERYTHING
    lines: Mapping[str, Mapping[int, str]] = {}
