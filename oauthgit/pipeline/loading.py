"""From a folder to effective settings and findings: discover, parse, validate, merge, lint, triage."""

import os.path
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from time import gmtime, perf_counter, strftime
from typing import Any, Final, NamedTuple, TypeVar

from oauthgit import lint, rules
from oauthgit.discover import discover, find_root, provider_file, provider_index
from oauthgit.merge import Ground, merge, parent_of
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.provider_index import ProviderIndex, recognised
from oauthgit.model.schema import defaults, schema, server_defaults, server_settings
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import FOREIGN, LAYERS, TARGETS, File, Kind, Workspace
from oauthgit.parse import parse
from oauthgit.pipeline.sharing import parts, shared
from oauthgit.triage import Choice, is_looked_for, triage
from oauthgit.triage.fixed import blocking
from oauthgit.triage.suppressing import Codes, suppress
from oauthgit.validate import complete, validate

_Result = TypeVar("_Result")

FEW: Final = 64
"""With fewer files than these, one process is done before another has begun."""
_PART: Final = 32
"""So many files, or targets, are one job."""


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


_OURS_ALONE = ("OG102", "OG103", "OG104", "OG107", "OG108")
"""What our own files may not do, and .sops.yaml may: its reader is sops, and anchors are common there."""

_TELLING = ("OG1", "OG2", "OG403", "OG404", "OG5")
"""Findings that may mean a secret in plain text: a file that cannot be read, a key that is none, credentials in a URL."""


class UnusableError(Exception):
    """The request cannot be carried out as it stands; the text says why and what to do (exit code 2)."""


def load(
    start: str | Path = ".",
    paths: Iterable[str | Path] = (),
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


def located(start: str | Path, paths: Iterable[str | Path]) -> tuple[Path, list[str]]:
    """Return the folder that holds ``configs/``, and ``paths`` relative to it; raises as :func:`load` does."""
    root = find_root(Path(start))
    if root is None:
        raise UnusableError(
            "configs/ not found here or in any folder above; run it where it is, name it with -C, or make it with "
            "oauthgit init"
        )
    return root, [relative(path, root) for path in paths]


class Assembled(NamedTuple):
    """Files that were read, checked one by one, and merged; no rule was asked yet.

    ``readings`` are what became of each file, by path and content; ``raw`` the documents as they were written,
    ``documents`` the usable ones, ``findings`` those so far; the rest is as in :class:`Project`.
    """

    workspace: Workspace
    readings: Mapping[tuple[str, bytes], "Reading"]
    raw: Sequence[Document]
    documents: Sequence[Document]
    targets: Sequence[Settings]
    findings: list[Finding]
    policy: Mapping[str, Any]
    usable: bool
    today: str


def assembled(
    workspace: Workspace,
    findings: Iterable[Finding],
    today: str | None = None,
    known: Mapping[tuple[str, bytes], "Reading"] | None = None,
) -> Assembled:
    """Parse, check and merge files; ``findings`` are those of the reading. What is ``known`` of a file is not asked again."""
    known = known or {}
    new = [file for file in workspace.files if (file.path, file.content) not in known]
    read = chain.from_iterable(_run(workspace)([partial(_read, part) for part in parts(new, _PART)]))
    made = {(file.path, file.content): reading for file, reading in zip(new, read, strict=True)}
    readings = {same: made.get(same) or known[same] for same in ((file.path, file.content) for file in workspace.files)}
    raw = [reading.document for reading in readings.values() if reading.document is not None]
    documents = [reading.usable for reading in readings.values() if reading.usable is not None]
    of_text = chain.from_iterable(reading.of_text for reading in readings.values())
    of_shape = chain.from_iterable(reading.of_shape for reading in readings.values())
    so_far = [*findings, *of_text, *of_shape]
    policy = policy_of(documents)
    today = today or strftime("%Y-%m-%d", gmtime())
    index = provider_index()
    catalogue = _catalogue(documents, index)
    ground = Ground(_environments(), server_defaults(), server_settings(), catalogue, policy, today, index)
    layers = {file.layer: file.path for file in workspace.files if file.kind in LAYERS}
    targets, found = merge(documents, ground, layers)
    policies = {file.path for file in workspace.files if file.kind is Kind.POLICY}
    usable = policies.isdisjoint(finding.location.file for finding in so_far)
    return Assembled(workspace, readings, raw, documents, targets, [*so_far, *found], policy, usable, today)


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
    checks += [partial(_completed, part, wrong, own) for part in parts(targets, _PART)]
    findings = [*findings, *lint.joined(_run(workspace)(checks))]
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


def relative(path: str | Path, root: Path) -> str:
    """Return a path as the workspace names it."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - a link is judged as a link, so nothing is resolved
    if not os.path.lexists(absolute):
        raise UnusableError(f"{path} does not exist; name a file or a folder below {root / 'configs'}")
    relative = os.path.relpath(absolute, root)
    if relative.startswith(os.pardir):
        raise UnusableError(f"{path} lies outside {root}, where configs/ was found; name it with -C")
    return Path(relative).as_posix()


def is_below(file: str, chosen: Iterable[str]) -> bool:
    """Tell whether a file is one of the ``chosen`` paths or lies in one of them."""
    return any(path in {".", file} or file.startswith(path + "/") for path in chosen)


def _is_ours(finding: Finding, kind: Kind) -> bool:
    """Tell whether what the parser found is our matter; a workflow that is no YAML is its own reader's."""
    return kind not in FOREIGN or (kind is Kind.SOPS_RULES and finding.code not in _OURS_ALONE)


class Reading(NamedTuple):
    """What became of a file: its document, what of it is usable, and what is wrong with its text and with its shape."""

    document: Document | None
    of_text: list[Finding]
    usable: Document | None
    of_shape: list[Finding]


def _read(files: Iterable[File]) -> list[Reading]:
    """Return what becomes of files: of each on its own, so that processes can share them."""
    readings = []
    for file in files:
        document, findings = parse(file)
        findings = [finding for finding in findings if _is_ours(finding, file.kind)]
        usable, more = (None, []) if document is None or file.kind in FOREIGN else validate(document)
        readings.append(Reading(document, findings, usable, more))
    return readings


def _completed(
    targets: Iterable[Settings], wrong: Mapping[str, set[str]], own: Mapping[str, Document]
) -> list[Finding]:
    """Return what targets lack; ``wrong`` are the pointers by layer of which a finding speaks, ``own`` the layers."""
    return [
        finding
        for settings in targets
        for finding in complete(settings, _known_wrong(settings, wrong), own[settings.target])
    ]


def _run(workspace: Workspace) -> Callable[[Sequence[Callable[[], _Result]]], list[_Result]]:
    """Return what runs jobs: several processes where there are many files."""
    return shared if len(workspace.files) >= FEW else _here


def _here(jobs: Sequence[Callable[[], _Result]]) -> list[_Result]:
    return [job() for job in jobs]


def policy_of(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the policy that ``documents`` state, its defaults filled in."""
    policy = defaults(schema(Kind.POLICY))
    for document in documents:
        if document.kind is Kind.POLICY:
            for name, value in document.data.items():
                policy[name] = policy[name] | value if name in {"smoke", "secrets"} else value
    return policy


def _environments() -> dict[Kind, str]:
    stated = {kind: defaults(schema(kind)).get("environment") for kind in TARGETS}
    return {kind: environment for kind, environment in stated.items() if environment}


def _catalogue(documents: Iterable[Document], index: ProviderIndex) -> dict[str, Document]:
    """Return the catalogue entries that the documents name, or that know one of their token endpoints.

    An entry is ours, so it is not checked again.
    """
    named = {
        name
        for document in documents
        if document.kind in LAYERS
        for server in (document.data.get("oauth_servers") or {}).values()
        if isinstance(server, dict)
        for name in (server.get("provider"), recognised(server.get("token_endpoint"), index))
    }
    files = {name: provider_file(name) for name in sorted(filter(None, named))}
    entries = {name: parse(file)[0] for name, file in files.items() if file is not None}
    return {name: entry for name, entry in entries.items() if entry is not None}


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
