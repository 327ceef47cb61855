"""From a folder to effective settings and findings: discover, assemble, lint, triage."""

import os.path
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from oauthgit import lint, rules
from oauthgit.discover import discover, find_root
from oauthgit.merge import parent_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import FOREIGN, LAYERS, TARGETS, Kind, Workspace
from oauthgit.pipeline.assembling import PART, assembled, runner
from oauthgit.pipeline.sharing import parts
from oauthgit.triage import Choice, is_looked_for, triage
from oauthgit.triage.fixed import blocking
from oauthgit.triage.suppressing import Codes, suppress
from oauthgit.validate import complete

if TYPE_CHECKING:
    from pathlib import Path


class Project(NamedTuple):
    """A loaded ``configs/`` folder.

    ``documents`` are the usable ones, ``targets`` the effective settings of branches, runtime configurations and IAM
    applications, ``findings`` what counts after triage, ``policy`` the policy with its defaults filled in. ``usable``
    is false where the policy itself is wrong: what it would have said of the findings is then not known. ``authority``
    are the certificates of ``ca_file``, in PEM, where they were read from another commit. ``checked`` counts the files
    that were asked for, without paths the layers. ``broken`` says of targets that do not hold together why: neither the
    policy nor a choice of codes nor a suppression has a say in that. ``sealed`` is true where no finding, whatever any of these
    says of it, leaves it open whether a secret stands in a file in plain text.
    """

    workspace: Workspace
    documents: tuple[Document, ...]
    targets: tuple[Settings, ...]
    findings: tuple[Finding, ...]
    policy: Mapping[str, Any]
    usable: bool
    seconds: float
    authority: str | None = None
    checked: int = 0
    broken: Mapping[str, str] = {}
    sealed: bool = False


_TELLING = ("OG1", "OG2", "OG403", "OG404", "OG5")
"""Findings that may mean a secret in plain text: a file that cannot be read, a key that is none, credentials in a URL."""


class UnusableError(Exception):
    """The request cannot be carried out as it stands; the text says why and what to do (exit code 2)."""


def load(
    start: "str | Path" = ".",
    paths: Iterable["str | Path"] = (),
    choice: Choice | None = None,
    today: str | None = None,
) -> Project:
    """Read, check and merge the ``configs/`` folder at or above ``start``; needs neither keys nor network.

    With ``paths``, files or folders, only what concerns them and the targets that use them is reported.
    ``today`` is the day on which secrets are judged (ISO 8601), by default the present one in UTC.

    Raises:
        UnusableError: There is no ``configs/`` folder, or a path does not exist or lies outside of it.

    """
    began = perf_counter()
    root, chosen = located(start, paths)
    project = loaded(*discover(root), chosen=chosen, choice=choice, today=today)
    return project._replace(seconds=perf_counter() - began)


def located(start: "str | Path", paths: Iterable["str | Path"]) -> tuple[str, list[str]]:
    """Return the folder that holds ``configs/``, and ``paths`` relative to it; raises as :func:`load` does."""
    root = find_root(start)
    if root is None:
        raise UnusableError(
            "configs/ not found here or in any folder above; run it where it is, name it with -C, or make it with "
            "oauthgit init"
        )
    return root, [relative(path, root) for path in paths]


def loaded(
    workspace: Workspace,
    findings: list[Finding],
    *,
    chosen: Collection[str] = (),
    choice: Choice | None = None,
    today: str | None = None,
) -> Project:
    """Check and merge files that were read, wherever they come from; ``findings`` are those of the reading.

    ``chosen`` are paths relative to the workspace's root; the rest is as in :func:`load`.
    """
    began = perf_counter()
    merged = assembled(workspace, findings, today)
    raw, documents, targets, policy = merged.raw, merged.documents, merged.targets, merged.policy
    findings = merged.findings
    checks = lint.jobs(raw, targets, rules.with_checks(), policy)
    own = {document.layer: document for document in documents if document.kind in LAYERS}
    wrong = _wrong_by_layer(raw, documents)
    checks += [partial(_completed, part, wrong, own) for part in parts(targets, PART)]
    findings = [*findings, *lint.joined(runner(workspace)(checks))]
    choice = (choice or Choice())._replace(rules=policy["rules"])
    codes = Codes(rules.modules(), rules.load, partial(is_looked_for, choice=choice))
    sealed = not any(found.code.startswith(_TELLING) for found in findings)
    findings = suppress(findings, raw, codes, merged.today)

    reached = reach(workspace, documents)
    mendable = {file.path for file in workspace.files if file.kind in (*LAYERS, Kind.POLICY)}
    findings = [
        found._replace(
            targets=found.targets or reached.get(found.location.file, ()),
            fix=found.fix if found.location.file in mendable else None,
        )
        for found in findings
    ]
    if chosen:
        wanted = {target for file, names in reached.items() if is_below(file, chosen) for target in names}
        findings = [
            found for found in findings if is_below(found.location.file, chosen) or not wanted.isdisjoint(found.targets)
        ]
        targets = [settings for settings in targets if settings.target in wanted]
    environments = {settings.target: settings.environment for settings in targets}
    kept = triage(findings, choice, rules.load, environments)
    broken = blocking(triage(findings, Choice(), rules.load, environments))
    checked = sum(is_below(file.path, chosen) if chosen else file.kind in LAYERS for file in workspace.files)
    return Project(
        workspace,
        tuple(documents),
        tuple(targets),
        kept,
        policy,
        merged.usable,
        perf_counter() - began,
        checked=checked,
        broken=broken,
        sealed=sealed,
    )


def relative(path: "str | Path", root: "str | Path") -> str:
    """Return a path as the workspace names it."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - a link is judged as a link, so nothing is resolved
    if not os.path.lexists(absolute):
        raise UnusableError(f"{path} does not exist; name a file or a folder below {root}/configs")
    relative = os.path.relpath(absolute, root)
    if relative.startswith(os.pardir):
        raise UnusableError(f"{path} lies outside {root}, where configs/ was found; name it with -C")
    return relative.replace(os.sep, "/")


def is_below(file: str, chosen: Iterable[str]) -> bool:
    """Tell whether a file is one of the ``chosen`` paths or lies in one of them."""
    return any(path in {".", file} or file.startswith(path + "/") for path in chosen)


def _completed(
    targets: Iterable[Settings], wrong: Mapping[str, set[str]], own: Mapping[str, Document]
) -> list[Finding]:
    """Return what targets lack; ``wrong`` are the pointers by layer of which a finding speaks, ``own`` the layers."""
    return [
        finding
        for settings in targets
        for finding in complete(settings, _known_wrong(settings, wrong), own[settings.target])
    ]


def _wrong_by_layer(raw: Iterable[Document], documents: Iterable[Document]) -> dict[str, set[str]]:
    """Return for every layer of which a finding speaks already the pointers that it concerns: all, if it is unusable."""
    usable = {document.file: document for document in documents}
    wrong: dict[str, set[str]] = {}
    for document in raw:
        known = usable[document.file].doubtful if document.file in usable else document.marks
        if known:
            wrong.setdefault(document.layer, set()).update(known)
    return wrong


def _known_wrong(settings: Settings, wrong: Mapping[str, set[str]]) -> set[str]:
    """Return the pointers in a target's layers of which a finding speaks already."""
    return set().union(*(wrong[reference.layer] for reference in settings.chain if reference.layer in wrong))


def reach(workspace: Workspace, documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """Return for every file the targets that use it; a branch that none uses reaches itself."""
    parents = {document.layer: parent_of(document) for document in documents if document.kind in LAYERS}
    kinds = {file.layer: file.kind for file in workspace.files if file.kind in LAYERS}
    reached: dict[str, list[str]] = {layer: [] for layer in kinds}
    for target in (layer for layer, kind in kinds.items() if kind in TARGETS):
        layer: str | None = target
        while layer in reached and target not in reached[layer]:
            reached[layer].append(target)
            layer = parents.get(layer)
    return {
        file.path: tuple(reached.get(file.layer) or [file.layer])
        for file in workspace.files
        if file.kind not in {Kind.POLICY, *FOREIGN}
    }
