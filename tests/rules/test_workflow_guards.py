"""Conditions, anchors, called workflows and checkouts of GitHub Actions: which let untrusted code in, and which do not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.formats.github_guard import keeps_out
from support.cli import Program
from support.paths import REPOSITORY

FILE = ".github/workflows/settings.yml"
SECRET = "${{ secrets.SOPS_AGE_KEY }}"
HEAD = "${{ github.event.workflow_run.head_sha }}"


def found(program: Program, text: str, path: str = FILE) -> list[tuple[str, str]]:
    """Return code and pointer of the findings in a workflow."""
    Path(path).write_text(text)
    result = program("validate", "--format", "json")
    assert result.code != 70, result.err
    findings: list[dict[str, Any]] = json.loads(result.out)["findings"]
    return [(each["code"], each["location"]["pointer"]) for each in findings]


# Conditions.

SAME = "github.event.workflow_run.head_repository.full_name == github.repository"
GUARDS = (
    SAME,
    f"${{{{ {SAME} }}}}",
    f"github.event.workflow_run.conclusion == 'success' && {SAME}",
    f"!cancelled() && {SAME}",
    f"({SAME}) && startsWith(github.event.comment.body, '/smoke')",
    "github.repository == github.event.workflow_run.head_repository.full_name",
    "github.event.workflow_run.head_repository.full_name == 'acme/settings'",
    "github.event['workflow_run'].head_repository.fork == false",
    "!github.event.workflow_run.head_repository.fork",
    "!(github.event.workflow_run.head_repository.fork || failure())",
    "github.event.workflow_run.head_repository.owner.login == github.repository_owner",
    "GitHub.Event_Name == 'push'",
    "github.event_name != 'workflow_run' && github.event_name == 'schedule'",
    "github.event_name == 'push' || github.event_name == 'schedule'",
    "github.event.workflow_run.event == 'push'",
    "github.event.comment.author_association == 'MEMBER' || github.event.comment.author_association == 'OWNER'",
    'contains(fromJSON(\'["OWNER", "MEMBER", "COLLABORATOR"]\'), github.event.comment.author_association)',
    "github.actor == 'octocat'",
    'contains(fromJSON(\'["octocat", "hubot"]\'), github.event.comment.user.login)',
    "needs.gate.outputs.allowed == 'true'",
    "steps.access.outputs.permission == 'admin'",
    "false",
)
NO_GUARDS = (
    "",
    "always()",
    f"always() || {SAME}",
    f"{SAME} || github.event.workflow_run.conclusion == 'success'",
    f"!({SAME})",
    f"${{{{ {SAME} }}}}\n",
    f" ${{{{ {SAME} }}}} && true",
    f"${{{{ always() }}}} ${{{{ {SAME} }}}}",
    "github.actor != 'nobody'",
    "github.actor != 'dependabot[bot]'",
    "github.actor == 'dependabot[bot]'",
    "github['actor'] != 'x'",
    "github.actor == ''",
    "github.actor == github.actor",
    "github.event.workflow_run.head_repository.full_name == github.event.workflow_run.head_repository.full_name",
    "github.event.workflow_run.head_repository.full_name != github.repository",
    "github.event.workflow_run.head_repository.fork",
    "github.event.workflow_run.head_repository.fork != false",
    "github.event_name == 'workflow_run'",
    "github.event_name == 'WORKFLOW_RUN'",
    "github.event_name != 'push'",
    "github.event_name",
    "github.event.workflow_run.event == 'pull_request'",
    "github.event.workflow_run.event != 'pull_request'",
    "github.event.workflow_run.head_branch == 'main'",
    "github.ref == 'refs/heads/main'",
    "contains(github.event.comment.body, 'MEMBER')",
    "contains(github.event.pull_request.title, github.repository)",
    "contains(github.event.pull_request.labels.*.name, 'safe')",
    "contains('OWNER,MEMBER', github.event.comment.body)",
    'contains(fromJSON(\'["OWNER", "NONE"]\'), github.event.comment.author_association)',
    "contains(fromJSON('[]'), github.event.comment.author_association)",
    "contains(fromJSON('['), github.event.comment.author_association)",
    "github.event.comment.author_association != 'NONE'",
    "github.event.comment.author_association == 'CONTRIBUTOR'",
    "needs.gate.result == 'success'",
    "needs.gate.outputs.allowed",
    "needs.gate.outputs.allowed != 'false'",
    "vars.OAUTHGIT_SMOKE == 'on'",
    "'github.actor == ''octocat'''",
    f"{SAME} &&",
    f"(({SAME})",
    f"{SAME} # a remark",
    "(" * 5000 + SAME,
    "!" * 1990 + "a",
)


@pytest.mark.parametrize("condition", GUARDS)
def test_condition_that_excludes_untrusted_code_counts(condition: str) -> None:
    assert keeps_out(condition, {"workflow_run"})


@pytest.mark.parametrize("condition", NO_GUARDS)
def test_condition_that_looks_like_a_guard_does_not_count(condition: str) -> None:
    assert not keeps_out(condition, {"workflow_run"})


@pytest.mark.parametrize("value", [None, 1, True, [], {}])
def test_condition_of_another_type_does_not_count(value: object) -> None:
    assert not keeps_out(value, {"workflow_run"})


TARGET = "on: [push, pull_request_target]\njobs:\n  a:\n    if: {}\n    steps:\n      - run: oauthgit validate\n"


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ("github.event_name == 'pull_request_target'", True),
        ("github.event_name != 'push'", True),
        ("github.event_name != 'pull_request_target'", False),
        ("github.event_name == 'push'", False),
        ("github.event.pull_request.head.repo.full_name == github.repository", False),
        ("github.actor != 'nobody'", True),
        ("always()", True),
        ("contains(github.event.pull_request.title, 'oauthgit')", True),
    ],
)
def test_guard_against_pull_request_target_excludes_the_event(
    condition: str, *, is_found: bool, with_policy: Path, program: Program
) -> None:
    assert found(program, TARGET.format(condition)) == ([("OG710", "/on/1")] if is_found else [])
    assert with_policy.is_dir()


# Checkouts.


def privileged(checkout: str, *, on: str = "on: {workflow_run: {workflows: [x]}}", job: str = "", env: str = "") -> str:
    """Return a workflow whose job has a secret, gets files in its first step, and runs oauthgit."""
    return (
        f"{on}\nenv: {{KEY: '{SECRET}', {env}}}\njobs:\n  smoke:\n{job}    steps:\n      - {checkout}\n"
        "      - run: oauthgit smoke\n"
    )


WITH = "/jobs/smoke/steps/0/with/ref"
RUN = "/jobs/smoke/steps/0/run"


@pytest.mark.parametrize(
    ("checkout", "pointer"),
    [
        (f"{{uses: Actions/Checkout@v5, with: {{ref: '{HEAD}'}}}}", WITH),
        (f"{{uses: ACTIONS/CHECKOUT@v5, with: {{ref: '{HEAD}'}}}}", WITH),
        (f"{{uses: acme/checkout-pr@{'a' * 40}, with: {{ref: '{HEAD}'}}}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: '${{ env.SHA }}'}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: '${{ ENV.sha }}'}}", WITH),
        (f"{{uses: actions/checkout@v5, env: {{A: '{HEAD}'}}, with: {{ref: '${{{{ env.A }}}}'}}}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: '${{ env.UNKNOWN }}'}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: '${{ steps.pr.outputs.sha }}'}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: '${{ needs.pr.outputs.sha }}'}}", WITH),
        ("{uses: actions/checkout@v5, with: {ref: \"${{ github.event['workflow_run']['head_sha'] }}\"}}", WITH),
        (
            "{uses: actions/checkout@v5, with: {ref: \"${{ format('{0}', github.event.workflow_run.head_sha) }}\"}}",
            WITH,
        ),
        ("{uses: actions/checkout@v5, with: {ref: 'refs/pull/${{ github.event.issue.number }}/merge'}}", WITH),
        ("run: gh pr checkout 5", RUN),
        ("run: git fetch origin pull/$NUMBER/head && git checkout FETCH_HEAD", RUN),
        ("run: git fetch origin +refs/pull/*:refs/remotes/pull/*", RUN),
        (f"run: git checkout {HEAD}", RUN),
        ("run: git checkout ${{ github.event.pull_request.head.sha }}", RUN),
        ("run: git -C here checkout ${{ env.SHA }}", RUN),
        ("run: git reset --hard $SHA", RUN),
        ("{run: 'git checkout ${REF}', env: {REF: '${{ env.SHA }}'}}", RUN),
        ("run: git clone ${{ github.event.workflow_run.head_repository.clone_url }}", RUN),
    ],
)
def test_checkout_of_a_change_is_found_in_every_form(
    checkout: str, pointer: str, with_policy: Path, program: Program
) -> None:
    assert found(program, privileged(checkout, env=f"SHA: '{HEAD}'")) == [("OG711", pointer)]
    assert with_policy.is_dir()


@pytest.mark.parametrize("uses", ["./", "./.github/actions/smoke"])
def test_local_action_in_a_checked_out_change_is_found(uses: str, with_policy: Path, program: Program) -> None:
    text = privileged(f"{{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}")
    text = text.replace("run: oauthgit smoke", f"uses: {uses} # runs oauthgit")
    assert found(program, text) == [("OG711", WITH)]
    assert found(program, TARGET.format("always()").replace("run: oauthgit validate", f"uses: {uses}\n# oauthgit")) == [
        ("OG710", "/on/1")
    ]
    assert with_policy.is_dir()


def test_secret_in_an_expression_with_braces_counts(with_policy: Path, program: Program) -> None:
    checkout = f"{{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}"
    text = privileged(checkout).replace(SECRET, "${{ format(''{0}'', SECRETS.KEY) }}")
    assert found(program, text) == [("OG711", WITH)]
    assert with_policy.is_dir()


def test_guard_of_a_needed_job_does_not_stop_an_always_job(with_policy: Path, program: Program) -> None:
    checkout = f"{{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}"
    gate = f"  gate:\n    if: {SAME}\n    steps: []\n"
    held = privileged(checkout, job="    needs: gate\n") + gate
    assert found(program, held) == []
    assert found(program, held.replace("needs: gate", "needs: gate\n    if: always()")) == [("OG711", WITH)]
    approved = held.replace(f"if: {SAME}", "environment: production")
    assert found(program, approved) == []
    assert found(program, approved.replace("needs: gate", "needs: gate\n    if: '!cancelled()'")) == [("OG711", WITH)]
    assert with_policy.is_dir()


# Anchors, called workflows, and unreadable ones.


def test_anchors_and_aliases_are_read(with_policy: Path, program: Program) -> None:
    text = (
        "on: &events [push, pull_request_target]\nx: *events\njobs:\n  a:\n    steps: &steps\n      - run: echo oauthgit\n"
        "      - run: oauthgit validate\n  b:\n    steps: *steps\n"
    )
    assert found(program, text) == [("OG710", "/on/1")]
    behind = (
        f"env: &env {{KEY: '{SECRET}'}}\nx:\n  y: &checkout {{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}\n"
        "on: workflow_run\njobs:\n  a:\n    env: *env\n    steps:\n      - *checkout\n      - run: oauthgit smoke\n"
    )
    assert found(program, behind) == [("OG711", "/jobs/a/steps/0/with/ref")]
    assert "OG711" in program("validate").out
    assert with_policy.is_dir()


@pytest.mark.parametrize("depth", [12, 60])
def test_exploding_aliases_are_reported_as_unchecked(depth: int, with_policy: Path, program: Program) -> None:
    laughs = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(depth))
    assert found(program, f"a0: &a0 [x, x]\n{laughs}on: push # oauthgit\n")[0][0] == "OG715"
    assert found(program, "a: &a [*a] # oauthgit\n") == []
    assert with_policy.is_dir()


CALLER = "on: {event}\njobs:\n  call:\n    uses: ./.github/workflows/smoke.yml\n    secrets: inherit\n"
CALLEE = (
    "on: {workflow_call: {inputs: {ref: {type: string}}, secrets: {SOPS_AGE_KEY: {}}}}\njobs:\n  smoke:\n"
    f"    env: {{KEY: '{SECRET}'}}\n    steps:\n      - uses: actions/checkout@v5\n"
    "        with: {ref: '${{ inputs.ref }}'}\n      - run: oauthgit smoke\n"
)


def test_called_workflow_counts_at_its_caller(with_policy: Path, program: Program) -> None:
    (with_policy / ".github/workflows/smoke.yml").write_text(CALLEE)
    assert found(program, CALLER.format(event="push")) == []
    assert found(program, CALLER.format(event="pull_request_target")) == [("OG710", "/on")]
    hands_on = CALLER.format(event="workflow_run") + f"    with: {{ref: '{HEAD}'}}\n"
    assert found(program, hands_on) == [("OG711", "/jobs/call/with/ref")]
    between = with_policy / ".github/workflows/between.yml"
    between.write_text(CALLER.format(event="workflow_call"))
    assert found(program, CALLER.format(event="pull_request_target").replace("smoke.yml", "between.yml")) == [
        ("OG710", "/on")
    ]
    (with_policy / ".github/workflows/smoke.yml").write_text(CALLEE.replace("inputs.ref", "github.event.issue.number"))
    assert ("OG711", WITH.replace("steps/0", "steps/0")) in found(program, CALLER.format(event="push"))


def test_unreadable_workflow_is_reported_once(with_policy: Path, program: Program) -> None:
    assert found(program, "on: push\njobs: [oauthgit\n") == [("OG715", "")]
    assert found(program, "on: push # oauthgit \u202e\n") == [("OG715", "")]
    (with_policy / FILE).write_bytes("on: push # oauthgit\n".encode("utf-16"))
    assert "OG715" in program("validate").out
    (with_policy / FILE).write_text("on: [\n")
    assert "OG715" not in program("validate").out, "it does not name oauthgit"
    assert program("validate", "--fail-on", "warning").code == 3


# Safe workflows.

HEALTHY = {
    "a called workflow that a pull request starts": CALLEE.replace("inputs.ref", "github.event.pull_request.head.sha"),
    "a dispatch with a commit to choose": privileged(
        "{uses: actions/checkout@v5, with: {ref: '${{ inputs.ref }}'}}", on="on: [workflow_dispatch, push]"
    ),
    "a tag that a step finds": privileged(
        "{uses: actions/checkout@v5, with: {ref: '${{ steps.tag.outputs.name }}'}}", on="on: push"
    ),
    "the branch of a run": privileged(
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.workflow_run.head_branch }}'}}"
    ),
    "a constant through env": privileged(
        "{uses: actions/checkout@v5, with: {ref: '${{ env.BRANCH }}'}}", env="BRANCH: main"
    ),
    "a token of its own": privileged("{uses: actions/checkout@v5, with: {token: '${{ steps.app.outputs.token }}'}}"),
    "git that gets nothing of a change": privileged("run: git fetch origin main && git diff origin/main"),
    "a comment about it": privileged("run: '# gh pr checkout 5'"),
    "a command by a member": privileged(
        f"{{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}",
        on="on: issue_comment",
        job="    if: >-\n      github.event.issue.pull_request && startsWith(github.event.comment.body, '/smoke') &&\n"
        '      contains(fromJSON(\'["OWNER", "MEMBER"]\'), github.event.comment.author_association)\n',
    ),
    "a step that asks for permission first": privileged(
        f"{{uses: actions/checkout@v5, if: \"steps.p.outputs.ok == 'true'\", with: {{ref: '{HEAD}'}}}}"
    ),
    "a reviewed environment": privileged(
        f"{{uses: actions/checkout@v5, with: {{ref: '{HEAD}'}}}}", job="    environment: {name: smoke}\n"
    ),
    "labels by pull_request_target, settings by pull_request": (
        "on: [pull_request, pull_request_target]\njobs:\n  label:\n    if: github.event_name == 'pull_request_target'\n"
        "    steps: [{uses: actions/labeler@v5}]\n  settings:\n    if: github.event_name == 'pull_request'\n"
        "    steps: [{uses: actions/checkout@v5}, {run: oauthgit validate}]\n"
    ),
    "anchors": (
        "on: [push, pull_request]\njobs:\n  a: &job\n    steps: [{uses: actions/checkout@v5}, {run: oauthgit validate}]\n"
        "  b: *job\n"
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_workflow_has_no_finding(name: str, with_policy: Path, program: Program) -> None:
    assert found(program, HEALTHY[name]) == []
    assert with_policy.is_dir()


def shipped() -> dict[str, str]:
    """Return the workflows that this repository runs, writes and recommends."""
    files = [*(REPOSITORY / ".github/workflows").glob("*.yml"), REPOSITORY / "oauthgit/scaffold/templates/github.yml"]
    blocks = re.findall(r"```yaml\n(.*?)```", (REPOSITORY / "docs/ci.md").read_text(), re.DOTALL)
    workflows = {f"docs/ci.md {number}": text for number, text in enumerate(blocks) if "\njobs:" in f"\n{text}"}
    return {path.name: path.read_text() for path in files} | workflows


@pytest.mark.parametrize("name", shipped())
def test_shipped_workflow_has_no_finding(name: str, with_policy: Path, program: Program) -> None:
    assert found(program, shipped()[name]) == []
    assert with_policy.is_dir()
