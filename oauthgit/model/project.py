"""A checked project, and what the evaluation of a part of its files results in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
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


class Resolution(NamedTuple):
    """The usable documents of files, and the effective settings of their targets."""

    documents: Sequence[Document]
    targets: Sequence[Settings]


class Project(NamedTuple):
    """A checked ``configs/`` folder.

    ``resolve`` reads and merges the files when it is called for the first time, for most runs need nothing but the
    ``findings``, which are those that count after triage. ``policy`` has its defaults filled in; ``usable`` is false where
    it has errors itself. ``authority`` are the certificates of ``ca_file``, in PEM, where they were read from another
    commit. ``checked`` counts the files that were selected, without paths the layers. ``broken`` maps targets whose layers
    do not hold together to the reason, whatever policy, selection and suppressions make of it. ``sealed`` is true where no
    finding leaves it open whether a secret stands in a file in plain text. ``environments``, ``running`` and ``links`` are
    the ``environments``, ``servers`` and ``parents`` of all evaluations. ``shared_documents`` are the usable documents that
    concern every layer, such as the policy.
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
