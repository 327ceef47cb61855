"""Every remedy of every example, followed: fixed, edited or run, or listed with the reason why a person must decide."""

from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest

from oauthgit import rules
from oauthgit.model.finding import Finding
from oauthgit.model.selection import EVERYTHING
from oauthgit.pipeline import load
from oauthgit.pipeline.operations.fix import apply_fixes, write
from oauthgit.reference.examples import DAY, Example, check_example, examples, list_files
from support.remedies import UNMARKED, check_files, commands, follow

BAD = [example for code in rules.modules() for example in examples(code) if not example.good]
DECISIONS = {
    "OG003": "only its author knows the reason",
    "OG005": "either the finding is fixed, or somebody grants more time",
    "OG006": "the finding that it should hide has a remedy of its own",
    "OG007": "only its author knows the reason",
    "OG102": "an alias repeats a value, and its copy may be meant to differ",
    "OG103": "each setting that is merged may be wanted or not",
    "OG113": "only its author knows which letter was meant",
    "OG114": "no setting is nested so deeply, so its author knows what was meant",
    "OG116": "either of the two files may be the one that is wanted",
    "OG117": "an empty file may be a beginning or a remainder",
    "OG119": "only its author knows the model of a misplaced branch",
    "OG120": "only its author knows which side applies",
    "OG121": "only its owner knows another name",
    "OG122": "the # may begin a comment, or belong to the value",
    "OG203": "the value is in the client's registration",
    "OG206": "the value is in the client's registration",
    "OG304": "the other endpoint is in the server's documentation",
    "OG308": "no branch resembles the origin",
    "OG311": "the target may be new, or not needed",
    "OG312": "the other client is in the registration at the new server",
    "OG314": "the end of the secret is in the client's registration",
    "OG402": "the URL is in the server's documentation",
    "OG408": "the real host is in the server's documentation",
    "OG409": "the name of the host is in the server's documentation",
    "OG410": "the domain is in the server's documentation",
    "OG411": "only a person knows the host that is meant",
    "OG414": "either of the two domains may be the right one",
    "OG418": "either of the two realms may be the right one",
    "OG419": "only the owner knows the tenant",
    "OG420": "only the owner knows the address of the application",
    "OG423": "only the owner knows the address of the application",
    "OG440": "either of the two spellings may be the right one",
    "OG442": "the scope is in the server's documentation",
    "OG443": "the resource is in the registration",
    "OG450": "the value is in the client's registration",
    "OG451": "only the owner knows if secrets may go there",
    "OG452": "only the owner knows if secrets may go there",
    "OG525": "the other variable is where the pipeline keeps its secrets",
    "OG446": "the real value is in the client's registration",
    "OG447": "only the owner knows the address of the application",
    "OG449": "the id is in the client's registration",
    "OG504": "the server makes the new secret",
    "OG505": "either the file was attacked, or the policy should allow the key",
    "OG521": "the server makes the new secret",
    "OG523": "the variable is in the secret store",
    "OG601": "the address is in the provider's documentation",
    "OG602": "the address of the environment is in the server's documentation",
    "OG604": "the owner of production names the keys",
    "OG605": "either file may be the copy",
    "OG606": "a new client is registered at the server",
    "OG702": "the owner of the secrets names the keys",
    "OG703": "the owner of the rule knows for which folder it is meant",
    "OG711": "the job is divided, or its condition is",
    "OG712": "the commit is looked up at the action's repository",
}
"""Codes of findings whose remedy leaves a choice to a person, with the reason. The Good example shows one result."""


def _name(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.location.file, finding.message


def _place(finding: Finding) -> tuple[str, str, str, int]:
    return *_name(finding), finding.location.line


@cache
def _of_examples() -> list[tuple[Example, Finding]]:
    checked = ((example, check_example(example).findings) for example in BAD)
    return [(example, finding) for example, found in checked for finding in found if not finding.suppressed]


def _kind(example: Example, finding: Finding) -> str:
    if finding.fix:
        return "fix"
    if follow(finding, list_files(example)):
        return "edit"
    if commands(finding.remedy):
        return "command"
    return "decision" if finding.code in DECISIONS else ""


def test_every_remedy_is_followed_or_left_to_a_person() -> None:
    left = {(finding.code, finding.remedy) for example, finding in _of_examples() if not _kind(example, finding)}
    assert left == set(), "state the edit or the command, or name the code in DECISIONS with the reason"


def test_every_decision_is_one() -> None:
    decided = {finding.code for example, finding in _of_examples() if _kind(example, finding) == "decision"}
    assert set(DECISIONS) - decided == set()


def test_every_finding_of_an_example_has_a_remedy() -> None:
    assert {finding.code for _, finding in _of_examples() if not finding.remedy} == set()


def test_every_command_of_an_example_is_marked() -> None:
    prose = {finding.code for _, finding in _of_examples() if UNMARKED.search(_without_commands(finding.remedy))}
    assert prose == set()


def _without_commands(remedy: str) -> str:
    return "".join(remedy.split("`")[::2])


@pytest.mark.parametrize("example", BAD, ids=str)
def test_edit_that_a_remedy_states_removes_the_finding(example: Example) -> None:
    files = list_files(example)
    before = check_files(files)
    for finding in before:
        if _kind(example, finding) != "edit":
            continue
        edited = follow(finding, files)
        assert edited
        after = list(map(_name, check_files(edited)))
        assert _name(finding) not in after, f"{finding.code}: {finding.remedy}"
        assert len(after) < len(before), f"{finding.code}: {finding.remedy}: {after}"


@pytest.mark.parametrize("example", BAD, ids=str)
def test_fix_that_a_remedy_offers_removes_the_finding(example: Example, tmp_path: Path) -> None:
    for path, text in list_files(example).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    before = load(tmp_path, today=DAY).findings
    offered = [finding for finding in before if finding.fix]
    assert all(finding.fixable for finding in offered), "a rule with fixes states their kind"
    result = apply_fixes(tmp_path, EVERYTHING, unsafe=True, today=DAY)
    assert write(result) == {}
    after = load(tmp_path, today=DAY).findings
    assert list(map(_place, filter(attrgetter("fixable"), after))) == list(map(_place, result.skipped))
    assert set(map(_name, offered)).isdisjoint(map(_name, after))
    assert len(after) < len(before) or not offered
