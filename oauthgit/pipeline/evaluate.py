"""Parts of a project that have nothing to do with each other: the files of one model, each judged without the rest.

What concerns everybody, such as the policy, belongs to no island; what sets islands against each other is looked into where
their traces meet (:mod:`oauthgit.lint.traces`). So a process holds one island at a time, and hands back little more than
findings.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from oauthgit import lint
from oauthgit.lint import Checks
from oauthgit.merge import parent_of
from oauthgit.model.document import Document, Marks
from oauthgit.model.finding import Finding
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import FOREIGN, LAYERS, TARGETS, File, Kind, Workspace
from oauthgit.pipeline.engine.workers import parts
from oauthgit.pipeline.resolve import PART, Assembled, Reading, assembled, runner
from oauthgit.validate import Missing

_COMMON: Final = (Kind.POLICY, *FOREIGN)
_MODEL: Final = b"\nmodel:"
_JOBS: Final = 16
"""So many jobs at most complete targets: each finds once more what all of its targets lack."""


class Judged(NamedTuple):
    """What there is to say of an island, or of the files that concern everybody.

    ``links`` maps its layers to the branches that they stand on, ``environments`` its targets to theirs, ``running`` those
    that run to the number of their servers. ``directed`` are the documents in which comments speak to this tool, without
    their data. ``traces`` are what other islands' are compared with.
    """

    findings: list[Finding]
    links: Mapping[str, str | None]
    environments: Mapping[str, str | None]
    running: Mapping[str, int]
    directed: tuple[Document, ...]
    traces: bytes = b""


class Ground(NamedTuple):
    """What every island is judged by.

    ``readings`` are those of the files that concern everybody, without what is wrong with these; ``layers`` maps the ids of
    all layers to their files.
    """

    checks: Checks
    readings: Mapping[tuple[str, bytes], Reading]
    policy: Mapping[str, Any]
    layers: Mapping[str, str]
    today: str

    @property
    def common(self) -> list[Document]:
        """The documents that concern everybody, as they were written."""
        return [reading.document for reading in self.readings.values() if reading.document is not None]


def is_common(file: File) -> bool:
    """Tell whether a file concerns everybody: the policy, the creation rules of SOPS, a workflow."""
    return file.kind in _COMMON


def islands(workspace: Workspace) -> list[Workspace]:
    """Return the files of every model together, each with those that concern everybody.

    An application states its model inside, and only its looks are read here: where they deceive, :func:`is_closed` is false
    of the result.
    """
    common: list[File] = []
    own: list[File] = []
    models: dict[str, str] = {}
    for file in workspace.files:
        if file.kind in LAYERS:
            models[file.layer] = _model(file)
        (common if is_common(file) else own).append(file)
    groups: dict[str, list[File]] = {}
    for file in own:
        groups.setdefault(models.get(file.layer, ""), []).append(file)
    return [workspace._replace(files=(*common, *group)) for group in groups.values()]


def _model(file: File) -> str:
    named = file.identity.get("model")
    if named is not None:
        return named
    start = file.content.find(_MODEL) + len(_MODEL)
    line = file.content[start : file.content.find(b"\n", start)] if start >= len(_MODEL) else b""
    return line.partition(b"#")[0].strip(b" \t\r\"'").decode(errors="replace")


def is_closed(judged: Iterable[Judged], layers: Mapping[str, str]) -> bool:
    """Tell whether no layer of an island stands on one of another."""
    return all(
        parent is None or parent in each.links or parent not in layers
        for each in judged
        for parent in each.links.values()
    )


def judge_common(ground: Ground) -> Judged:
    """Return what there is to say of the files that concern everybody, their reading aside."""
    common = ground.common
    findings = lint.joined(job() for job in lint.jobs(ground.checks, common, (), ground.policy))
    return Judged(findings, {}, {}, {}, _directed(common))


def judge(island: Workspace, ground: Ground) -> tuple[Judged, Assembled]:
    """Return what there is to say of an island, and the island put together; rules that look across are not asked."""
    merged = assembled(island, (), ground.today, known=ground.readings, layers=ground.layers)
    common = [document.file for document in ground.common]
    raw = [document for document in merged.raw if document.file not in common]
    checks = lint.jobs(ground.checks, raw, merged.targets, ground.policy, ground.common)
    own = {document.layer: document for document in merged.documents if document.kind in LAYERS}
    wrong = _wrong_by_layer(raw, merged.documents)
    size = max(PART, -(-len(merged.targets) // _JOBS))
    checks += [partial(_completed, part, wrong, own) for part in parts(merged.targets, size)]
    findings = [*merged.findings, *lint.joined(runner(island)(checks))]
    return judged_of(merged, findings, _directed(raw)), merged


def judged(island: Workspace, ground: Ground) -> Judged:
    """Return what there is to say of one island among others, with its traces; nothing else is kept of it."""
    from oauthgit.lint.traces import traces

    result, merged = judge(island, ground)
    return result._replace(traces=traces(ground.checks, merged.raw, merged.targets))


def judged_of(merged: Assembled, findings: list[Finding], directed: tuple[Document, ...]) -> Judged:
    """Return what there is to say of files that were put together, given what is wrong with them."""
    return Judged(
        findings,
        links_of(merged.documents),
        {settings.target: settings.environment for settings in merged.targets},
        {settings.target: len(settings.servers) for settings in merged.targets if settings.kind in TARGETS},
        directed,
    )


def links_of(documents: Iterable[Document]) -> dict[str, str | None]:
    """Return the layers among documents, with those that they stand on."""
    return {document.layer: parent_of(document) for document in documents if document.kind in LAYERS}


def reach(files: Iterable[File], links: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return for every file the targets that use it; a branch that none uses reaches itself."""
    files = [file for file in files if not is_common(file)]
    kinds = {file.layer: file.kind for file in files if file.kind in LAYERS}
    reached: dict[str, list[str]] = {layer: [] for layer in kinds}
    for target in (layer for layer, kind in kinds.items() if kind in TARGETS):
        layer: str | None = target
        seen: set[str] = set()
        while layer in reached and layer not in seen:
            seen.add(layer)
            reached[layer].append(target)
            layer = links.get(layer)
    found = {layer: tuple(names) for layer, names in reached.items()}
    return {file.path: found.get(file.layer) or (file.layer,) for file in files}


def _directed(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(document._replace(data=None, marks=Marks({})) for document in documents if document.directives)


def _completed(
    targets: Iterable[Settings], wrong: Mapping[str, set[str]], own: Mapping[str, Document]
) -> list[Finding]:
    """Return what targets lack; ``wrong`` are the pointers by layer of which a finding speaks, ``own`` the layers."""
    missing = Missing()
    for settings in targets:
        missing.look(settings, _known_wrong(settings, wrong), own[settings.target])
    return missing.findings()


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
