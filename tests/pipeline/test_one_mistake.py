"""One mistake in a healthy project is one finding, or findings that name each other."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest

from oauthgit.discover import decode
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.project import Project
from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline.check import check
from support import healthy_projects
from support.healthy_projects import Files
from support.mistakes import MISTAKES

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

TODAY = "2026-11-24"
SEEDS = {"one_application": 24, "thirty_applications": 3, "chain_of_branches": 16, "two_models": 10, "sample": 6}
"""Mutations of each kind per project, more of small ones; with those of ``generated``, more than a thousand together."""
GENERATED = 4
MAY_BE_VALID = {"removed_key", "misspelt_server", "indentation"}
"""Changes that may lead to other settings that are valid."""
UNCERTAIN = ("OG001", "OG1", "OG2", "OG3", "OG501", "OG520")
"""Codes of findings that make settings uncertain."""


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    made = {name: getattr(healthy_projects, name)() for name in SEEDS}
    return {**made, "generated": healthy_projects.generated(tmp_path_factory.mktemp("generated"))}


def checked(files: Files) -> Project:
    workspace, unread = decode("/project", {path: text.encode() for path, text in sorted(files.items())})
    return check(workspace, unread, today=TODAY)


def count_groups(findings: Sequence[Finding]) -> int:
    """Return the number of findings that no other one names as related."""
    places = [(finding.location.file, finding.location.line) for finding in findings]
    related = [{(each.location.file, each.location.line) for each in finding.related} for finding in findings]
    group = list(range(len(findings)))
    for one, place in enumerate(places):
        for other, named in enumerate(related):
            if one != other and place in named:
                group = [group[one] if number == group[other] else number for number in group]
    return len(set(group))


def state(project: Project) -> dict[str, Any]:
    """Return the effective settings of each target, without the places of secrets."""
    return {settings.target: dict(settings.data) for settings in project.resolve().targets if settings.kind in TARGETS}


@pytest.fixture(scope="module")
def healthy_state(projects: dict[str, Files]) -> Callable[[str], dict[str, Any]]:
    """Return the settings of a project without mistakes, computed once."""
    return cache(lambda name: state(checked(projects[name])))


def describe(findings: Sequence[Finding]) -> list[str]:
    return [f"{each.code} {each.location.file}:{each.location.line} {each.message}" for each in findings]


@pytest.mark.parametrize("name", [*SEEDS, "generated"])
def test_project_without_mistakes_is_healthy(name: str, projects: dict[str, Files]) -> None:
    assert checked(projects[name]).findings == ()


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("name", [*SEEDS, "generated"])
def test_one_mistake_has_one_finding(
    name: str, mistake: str, projects: dict[str, Files], healthy_state: Callable[[str], dict[str, Any]]
) -> None:
    before = healthy_state(name)
    for seed in range(SEEDS.get(name, GENERATED)):
        made = MISTAKES[mistake](projects[name], random.Random(f"{name} {mistake} {seed}"))  # noqa: S311 - chance, not secrecy
        if made is None:
            continue
        project = checked(made.files)
        seen = (seed, made.where, describe(project.findings))
        assert count_groups(project.findings) <= 1, seen
        assert project.findings or mistake in MAY_BE_VALID, seen
        assert not {"OG002", "OG009"} & {each.code for each in project.findings}, seen
        if seed % 3 == 0 and any(
            each.code.startswith(UNCERTAIN) and each.severity is Severity.ERROR for each in project.findings
        ):
            changed = {target for target, data in state(project).items() if data != before.get(target)}
            assert changed <= project.blocked.keys(), (*seen, "no secret may be sent for these")


BRANCH, APPLICATION = "configs/branches/CRM/MAIN.yaml", "configs/iam_applications/crm-prod.yaml"
CLIENT = "    client_id: crm-main\n"
INDEPENDENT = {
    "two keys of a server": (
        [(BRANCH, "client_id: hub", "client_ld: hub"), (BRANCH, "prompt:", "pompt:")],
        "OG201 OG201",
    ),
    "a misspelt key and a missing one": (
        [
            (BRANCH, "client_id: hub", "client_ld: hub"),
            (BRANCH, "    grant_types: [authorization_code, refresh_token]\n", ""),
        ],
        "OG201 OG203",
    ),
    "a doubtful value and a missing one": (
        [
            (BRANCH, "client_id: hub-main", "client_id: 0123"),
            (BRANCH, "token_endpoint: https://hub", "issuer: https://hub"),
        ],
        "OG104 OG203",
    ),
    "a misspelt key in one server and a missing one in another": (
        [(BRANCH, "client_id: hub", "client_ld: hub"), (BRANCH, "    grant_types: [client_credentials]\n", "")],
        "OG201 OG203",
    ),
    "an invalid server and a missing key in another": (
        [(BRANCH, "  crm:", "  Crm:"), (BRANCH, "    grant_types: [authorization_code, refresh_token]\n", "")],
        "OG206 OG203",
    ),
    "an invalid server and an unknown one": (
        [(BRANCH, "  crm:", "  Crm:"), (APPLICATION, "  hub:", "  payroll:")],
        "OG206 OG302 OG203",
    ),
    "an unknown server and a missing secret": (
        [(APPLICATION, "  crm:\n    client_id: crm-crm-prod\n", "  crm: {}\n  extra:\n    client_id: x\n")],
        "OG302 OG203",
    ),
    "a misspelt identity and a misspelt setting": (
        [(APPLICATION, "application:", "aplication:"), (APPLICATION, "redirect_uri:", "redirect_url:")],
        "OG201 OG201",
    ),
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_independent_mistakes_are_both_found(name: str, projects: dict[str, Files]) -> None:
    changes, expected = INDEPENDENT[name]
    files = dict(projects["one_application"])
    for path, old, new in changes:
        assert files[path].count(old) >= 1, old
        files[path] = files[path].replace(old, new, 1)
    assert sorted(each.code for each in checked(files).findings) == sorted(expected.split())


def test_misplaced_branch_hides_only_what_needs_it(projects: dict[str, Files]) -> None:
    files = projects["thirty_applications"]
    first, second = "configs/iam_applications/erp-00.yaml", "configs/iam_applications/erp-03.yaml"
    files = {**files, "configs/ERP/MAIN.yaml": files["configs/branches/ERP/MAIN.yaml"]}
    del files["configs/branches/ERP/MAIN.yaml"]
    files[first] = files[first].replace("branch: MAIN", "branch: NOWHERE")
    files[second] = files[second].replace("redirect_uri:", "redirect_url:")
    project = checked(files)
    assert [each.code for each in project.findings] == ["OG119", "OG201", "OG302"]
    assert len(project.findings[0].targets) == 29
    assert len(project.blocked) == 30


def test_removed_branch_is_one_finding_for_thirty_applications(projects: dict[str, Files]) -> None:
    files = {path: text for path, text in projects["thirty_applications"].items() if "/branches/" not in path}
    (finding,) = checked(files).findings
    assert (finding.code, len(finding.targets)) == ("OG302", 30)
    assert [each.message for each in finding.related] == ["also here", "also here", "also here, and at 26 more places"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_in_two_models_are_both_found(mistake: str, seed: int, projects: dict[str, Files]) -> None:
    whole = projects["two_models"]
    parts = [{path: text for path, text in whole.items() if name in path.lower()} for name in ("hrm", "pos")]
    chance = random.Random(f"{mistake} {seed}")  # noqa: S311 - chance, not secrecy
    made = [MISTAKES[mistake](parts[0], chance), MISTAKES[chance.choice(list(MISTAKES))](parts[1], chance)]
    kept = {path: text for path, text in whole.items() if "hrm" not in path.lower() and "pos" not in path.lower()}
    alone = [
        describe(checked({**kept, **parts[1 - number], **each.files}).findings) if each else []
        for number, each in enumerate(made)
    ]
    files = [each.files if each else part for each, part in zip(made, parts, strict=True)]
    assert sorted(describe(checked({**kept, **files[0], **files[1]}).findings)) == sorted([*alone[0], *alone[1]])
