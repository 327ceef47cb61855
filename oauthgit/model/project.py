"""A checked project, and what the evaluation of a part of its files results in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Workspace


class Evaluation(NamedTuple):
    """The result for files that depend on each other: findings, and facts that other files are compared with.

    ``parents`` maps layers to the branches that they stand on, ``environments`` targets to theirs, ``servers`` those that
    run to the number of their OAuth servers. ``commented`` are the documents with suppression comments, without their
    data. Rules that compare everything with everything match only where ``correlation_keys`` collide. ``paths`` are those
    of the files.
    """

    findings: Sequence[Finding]
    parents: Mapping[str, str | None] = {}
    environments: Mapping[str, str | None] = {}
    servers: Mapping[str, int] = {}
    commented: tuple[Document, ...] = ()
    correlation_keys: bytes = b""
    paths: tuple[str, ...] = ()


def combine(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Return evaluations as one; findings at the same place stay several, and correlation keys are left out."""
    return Evaluation(
        [finding for each in evaluations for finding in each.findings],
        {layer: parent for each in evaluations for layer, parent in each.parents.items()},
        {target: environment for each in evaluations for target, environment in each.environments.items()},
        {target: number for each in evaluations for target, number in each.servers.items()},
        tuple(document for each in evaluations for document in each.commented),
    )


def restrict(evaluation: Evaluation, targets: Collection[str]) -> Evaluation:
    """Return an evaluation with ``targets`` alone; findings stay as they are."""
    environments = {name: value for name, value in evaluation.environments.items() if name in targets}
    servers = {name: number for name, number in evaluation.servers.items() if name in targets}
    return evaluation._replace(environments=environments, servers=servers)


class Resolution(NamedTuple):
    """The usable documents of files, and the effective settings of their targets."""

    documents: Sequence[Document]
    targets: Sequence[Settings]

    def find_document(self, file: str) -> Document | None:
        """Return the document of a file, or None if it cannot be used."""
        return next((document for document in self.documents if document.file == file), None)


class Project(NamedTuple):
    """A checked ``configs/`` folder.

    ``resolve`` reads and merges the files when it is called for the first time, for most runs need nothing but the
    ``findings``, which are those that count after triage. ``policy`` has its defaults filled in; ``usable`` is false where
    it has errors itself. ``authority`` are the certificates of ``ca_file``, in PEM, where they were read from another
    commit. ``checked`` counts the files that were selected, without paths the layers. ``broken`` maps targets whose layers
    do not hold together to the reason, whatever policy, selection and suppressions make of it. ``sealed`` is true where no
    finding leaves it open whether a secret stands in a file in plain text. ``environments``, ``running`` and ``links`` are
    the ``environments``, ``servers`` and ``parents`` of all evaluations. ``shared_documents`` are the usable documents that
    concern every layer, such as the policy; ``selection`` is what the user selected, with paths relative to the root.
    """

    workspace: Workspace
    resolve: Callable[[], Resolution]
    findings: tuple[Finding, ...]
    policy: Mapping[str, Any]
    usable: bool
    seconds: float = 0
    authority: str | None = None
    checked: int = 0
    broken: Mapping[str, str] = {}
    sealed: bool = False
    environments: Mapping[str, str | None] = {}
    running: Mapping[str, int] = {}
    links: Mapping[str, str | None] = {}
    shared_documents: tuple[Document, ...] = ()
    selection: Selection = EVERYTHING
