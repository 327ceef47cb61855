"""From a folder to effective settings and findings: discover, assemble, lint, triage."""

import os.path
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from oauthgit import lint, rules
from oauthgit.discover import as_read, discover, find_root
from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.merge import size
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import FOREIGN, LAYERS, Kind, Workspace
from oauthgit.pipeline.engine.workers import shared
from oauthgit.pipeline.evaluate import (
    Ground,
    Judged,
    is_closed,
    is_common,
    islands,
    judge,
    judge_common,
    judged,
    judged_of,
    reach,
)
from oauthgit.pipeline.resolve import (
    FEW,
    Assembled,
    assembled,
    day,
    layers_of,
    policy_of,
    read,
    said_of,
)
from oauthgit.triage import OFF, Choice, is_looked_for, triage
from oauthgit.triage.fixed import TELLING, blocking, counts_when_off
from oauthgit.triage.suppressing import Codes, suppress

if TYPE_CHECKING:
    from pathlib import Path

    from oauthgit.pipeline.engine.partition_cache import Parts


_LARGE: Final = 1_000_000
"""Bytes of files from which on parts of a project are evaluated one after another, however few they are."""


class Together(NamedTuple):
    """What files are once they are put together: their usable documents, and the effective settings of targets."""

    documents: tuple[Document, ...]
    targets: tuple[Settings, ...]


class Project(NamedTuple):
    """A loaded ``configs/`` folder.

    ``together`` puts its files together when that is asked for the first time, for most runs want nothing but the
    ``findings``, which are what counts after triage. ``policy`` is the policy with its defaults filled in. ``usable``
    is false where the policy itself is wrong: what it would have said of the findings is then not known. ``authority``
    are the certificates of ``ca_file``, in PEM, where they were read from another commit. ``checked`` counts the files
    that were asked for, without paths the layers. ``broken`` says of targets that do not hold together why: neither the
    policy nor a choice of codes nor a suppression has a say in that. ``sealed`` is true where no finding, whatever any of these
    says of it, leaves it open whether a secret stands in a file in plain text. ``environments`` maps the targets to theirs,
    ``running`` those that run to the number of their servers, ``links`` the layers to the branches that they stand on.
    ``shared_documents`` are the usable documents that concern every layer, such as the policy.
    """

    workspace: Workspace
    together: Callable[[], Together]
    findings: tuple[Finding, ...]
    policy: Mapping[str, Any]
    usable: bool
    seconds: float
    authority: str | None = None
    checked: int = 0
    broken: Mapping[str, str] = {}
    sealed: bool = False
    environments: Mapping[str, str | None] = {}
    running: Mapping[str, int] = {}
    links: Mapping[str, str | None] = {}
    shared_documents: tuple[Document, ...] = ()

    @property
    def documents(self) -> tuple[Document, ...]:
        """The usable documents."""
        return self.together().documents

    @property
    def targets(self) -> tuple[Settings, ...]:
        """The effective settings of branches, runtime configurations and IAM applications."""
        return self.together().targets


class UnusableError(Exception):
    """The request cannot be carried out as it stands; the text says why and what to do (exit code 2)."""


def load(
    start: "str | Path" = ".",
    paths: Iterable["str | Path"] = (),
    choice: Choice | None = None,
    today: str | None = None,
    memory: "Parts | None" = None,
) -> Project:
    """Read, check and merge the ``configs/`` folder at or above ``start``; needs neither keys nor network.

    With ``paths``, files or folders, only what concerns them and the targets that use them is reported.
    ``today`` is the day on which secrets are judged (ISO 8601), by default the present one in UTC. ``memory`` holds the
    files, read already, and what is known of parts of them.

    Raises:
        UnusableError: There is no ``configs/`` folder, or a path does not exist or lies outside of it.

    """
    began = perf_counter()
    root, chosen = located(start, paths)
    if memory is not None and memory.root != str(root):
        memory = None
    files = as_read(root, memory.snapshot.contents) if memory else discover(root)
    project = loaded(*files, chosen=chosen, choice=choice, today=today, memory=memory)
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


def loaded(  # noqa: PLR0913 - each by its name
    workspace: Workspace,
    findings: list[Finding],
    *,
    chosen: Collection[str] = (),
    choice: Choice | None = None,
    today: str | None = None,
    memory: "Parts | None" = None,
) -> Project:
    """Check and merge files that were read, wherever they come from; ``findings`` are those of the reading.

    ``chosen`` are paths relative to the workspace's root; the rest is as in :func:`load`.
    """
    began = perf_counter()
    ground, common = _ground(workspace, today or day())
    policies = {file.path for file in workspace.files if file.kind is Kind.POLICY}
    usable = policies.isdisjoint(finding.location.file for finding in (*findings, *common))
    of_all = judge_common(ground)
    outcome = _outcome(workspace, ground, memory if _is_sealed((*common, *of_all.findings)) else None)
    judged = [of_all, *outcome.judged]
    findings = [*findings, *common, *lint.joined([*(each.findings for each in judged), outcome.across])]
    choice = (choice or Choice())._replace(rules=ground.policy["rules"])
    codes = Codes(rules.modules(), rules.load, partial(is_looked_for, choice=choice))
    sealed = _is_sealed(findings)
    findings = suppress(findings, [document for each in judged for document in each.directed], codes, ground.today)

    environments = _all(each.environments for each in judged)
    running = _all(each.running for each in judged)
    links = _all(each.links for each in judged)
    spoken_of = bool(findings or chosen)
    reached = reach(workspace.files, links) if spoken_of else {}
    mendable = {file.path for file in workspace.files if spoken_of and file.kind in (*LAYERS, Kind.POLICY)}
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
            found
            for found in findings
            if is_below(found.location.file, chosen)
            or not wanted.isdisjoint(found.targets)
            or any(is_below(path, (found.location.file,)) for path in chosen)
        ]
        environments = {target: environment for target, environment in environments.items() if target in wanted}
        running = {target: servers for target, servers in running.items() if target in wanted}
    kept = triage(findings, choice, rules.load, environments)
    broken = blocking(triage(findings, Choice(), rules.load, environments))
    return Project(
        workspace,
        cache(partial(_together, outcome.assembly, environments)),
        kept,
        ground.policy,
        usable,
        perf_counter() - began,
        checked=sum(is_below(file.path, chosen) if chosen else file.kind in LAYERS for file in workspace.files),
        broken=broken,
        sealed=sealed,
        environments=environments,
        running=running,
        links=links,
        shared_documents=tuple(each.usable for each in ground.readings.values() if each.usable is not None),
    )


def _is_sealed(findings: Iterable[Finding]) -> bool:
    """Tell whether no finding may mean a secret in plain text: then digests of the files may be kept."""
    return not any(found.code.startswith(TELLING) for found in findings)


class _Outcome(NamedTuple):
    """What there is to say of each island, what rules say that look across them, and how all is put together."""

    judged: Sequence[Judged]
    across: list[Finding]
    assembly: Callable[[], Assembled]


def _ground(workspace: Workspace, today: str) -> tuple[Ground, list[Finding]]:
    """Read the files that concern everybody; return what every island is judged by, and what is wrong with them."""
    files = [file for file in workspace.files if is_common(file)]
    readings = read(files)
    silent = [reading._replace(of_text=[], of_shape=[]) for reading in readings]
    known = dict(zip(((file.path, file.content) for file in files), silent, strict=True))
    policy = policy_of(reading.usable for reading in readings if reading.usable is not None)
    off = {code for code, word in policy["rules"].items() if word == OFF and not counts_when_off(code)}
    checks = lint.prepared([rule for rule in rules.with_checks() if rule.code not in off])
    return Ground(checks, known, policy, layers_of(workspace.files), today), said_of(readings)


def _outcome(workspace: Workspace, ground: Ground, memory: "Parts | None") -> _Outcome:
    """Judge the islands, each in whichever process; few files are one, and so are all where an island is not closed."""
    separate = islands(workspace) if _is_large(workspace) else []
    if len(separate) > 1:
        all_of_them = _each_judged(separate, ground, memory)
        if is_closed(all_of_them, ground.layers):
            from oauthgit.lint.traces import meeting

            numbers = meeting([each.traces for each in all_of_them])
            servers = sum(sum(all_of_them[number].running.values()) for number in numbers)
            if servers > size.SERVERS:
                across = [_uncompared(len(numbers), servers)]
            else:
                across = _across(workspace, [separate[number] for number in numbers], ground) if numbers else []
            return _Outcome(all_of_them, across, partial(assembled, workspace, (), ground.today, known=ground.readings))
    alone, merged = judge(workspace, ground)
    return _Outcome(
        [alone], lint.across(ground.checks, merged.raw, merged.targets, ground.policy), partial(_itself, merged)
    )


def _is_large(workspace: Workspace) -> bool:
    """Report whether files are so many, or so large, that parts of them are evaluated one after another."""
    return len(workspace.files) >= FEW or sum(len(file.content) for file in workspace.files) > _LARGE


def _each_judged(separate: Sequence[Workspace], ground: Ground, memory: "Parts | None") -> list[Judged]:
    """Return what there is to say of each island: small ones are shared among processes, large ones share their files."""
    known = memory.recalled(separate, ground.today) if memory else {}
    new = [number for number in range(len(separate)) if number not in known]
    small = [number for number in new if len(separate[number].files) < FEW]
    found = dict(zip(small, shared([partial(judged, separate[number], ground) for number in small]), strict=True))
    found |= {number: judged(separate[number], ground) for number in new if number not in found}
    if memory:
        for number, result in found.items():
            memory.note(separate[number], ground.today, result)
    return [known.get(number) or found[number] for number in range(len(separate))]


def _across(workspace: Workspace, suspect: Sequence[Workspace], ground: Ground) -> list[Finding]:
    """Return what rules say that look across islands, asked about those in which they may find something."""
    paths = {file.path for island in suspect for file in island.files}
    part = workspace._replace(files=tuple(file for file in workspace.files if file.path in paths))
    merged = assembled(part, (), ground.today, known=ground.readings, layers=ground.layers)
    return lint.across(ground.checks, merged.raw, merged.targets, ground.policy)


def _uncompared(models: int, servers: int) -> Finding:
    """Return the finding that stands for the rules that were not run across models."""
    return Finding(
        "OG009",
        f"{models:,} models seem to share keys, secrets or clients, and have {servers:,} OAuth servers together, too many to "
        "be compared: OG604, OG605 and OG606 were not looked for across models",
        Location(f"{CONFIGS}/{POLICY}"),
        remedy="Let fewer models share keys, secrets or clients, or give them a configs/ folder of their own.",
    )


def _itself(merged: Assembled) -> Assembled:
    return merged


def _together(assembly: Callable[[], Assembled], environments: Mapping[str, str | None]) -> Together:
    merged = assembly()
    return Together(
        tuple(merged.documents), tuple(settings for settings in merged.targets if settings.target in environments)
    )


def unjudged(state: Assembled, workspace: Workspace, others: Sequence[Judged] = ()) -> Project:
    """Return the project that the files of ``workspace`` are, no rule having been asked about them.

    Those in ``state`` were put together; ``others`` is what there is to know of the islands that were not.
    """
    known = [*others, judged_of(state, [], ())]
    environments = _all(each.environments for each in known)
    assembly = partial(assembled, workspace, (), state.today) if others else partial(_itself, state)
    return Project(
        workspace,
        cache(partial(_together, assembly, environments)),
        (),
        state.policy,
        state.usable,
        0,
        checked=sum(file.kind in LAYERS for file in workspace.files),
        environments=environments,
        running=_all(each.running for each in known),
        links=_all(each.links for each in known),
        shared_documents=tuple(each for each in state.documents if each.kind in (Kind.POLICY, *FOREIGN)),
    )


_Value = TypeVar("_Value")


def _all(parts: Iterable[Mapping[str, _Value]]) -> dict[str, _Value]:
    return {name: value for part in parts for name, value in part.items()}


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
