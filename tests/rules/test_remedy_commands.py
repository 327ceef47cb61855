"""Every command in a remedy, run as a user runs it: real sops and git, a terminal, and a project with the mistake."""

import ast
import shutil
from pathlib import Path

import pytest

import oauthgit
from oauthgit.decrypt import sops_errors
from oauthgit.decrypt.sops_errors import SopsError
from oauthgit.model.location import Location
from support import remedy_projects as projects
from support.cli import Program
from support.remedies import COMMAND, commands
from support.remedy_projects import SECRETS, Remedy, restore
from support.run_command import report, run_command

pytestmark = pytest.mark.measured_children

_SMOKE = ("smoke", "--dry-run")
_BASE = ("validate", "--base", "HEAD")
REMEDIES = (
    Remedy("rules/og305_override_secret_without_id", "OG305", projects.shared_secret_of_another_client),
    Remedy("rules/og305_override_secret_without_id", "OG305", projects.name_with_a_blank),
    Remedy("rules/og501_secret_plaintext", "OG501", projects.plain_secrets_file),
    Remedy("rules/og501_secret_plaintext", "OG501", projects.plain_value_in_layer, projects.without_value_in_layer),
    Remedy("rules/og501_secret_plaintext", "OG501", projects.plain_identity, projects.plain_rule),
    Remedy(
        "rules/og507_sops_partially_encrypted",
        "OG507",
        projects.plain_value_among_encrypted,
        restore(SECRETS),
        editing="s/hT7/hT8/",
    ),
    Remedy(
        "rules/og508_sops_unencrypted_suffix_secret",
        "OG508",
        projects.unencrypted_suffix,
        editing="s/client_secret_unencrypted: .*/client_secret: hT8pQ2vN9xL4mR8sK3wY6zB1dF/",
    ),
    Remedy("rules/og510_sops_mac_only_encrypted", "OG510", projects.mac_of_ciphertext_only, projects.plain_rule),
    Remedy(
        "rules/og511_sops_mac_missing",
        "OG511",
        projects.ciphertext_without_metadata,
        projects.without_ciphertext,
    ),
    Remedy("rules/og511_sops_mac_missing", "OG511", projects.forged_metadata, projects.plain_secrets_file),
    Remedy(
        "rules/og511_sops_mac_missing",
        "OG511",
        projects.number_as_secret,
        editing='s/client_secret: .*/client_secret: "kT8pQ2vN9xL4mR8sK3wY6zB1dF"/',
    ),
    Remedy("rules/og511_sops_mac_missing", "OG511", projects.number_as_pin, editing='s/: 443/: "443"/'),
    Remedy("rules/og512_sops_plain_next_to_secret", "OG512", projects.inline_secret, projects.without_ciphertext),
    Remedy("rules/og513_sops_old_version", "OG513", projects.old_version),
    Remedy(
        "rules/og514_sops_empty_secret",
        "OG514",
        projects.empty_secret,
        editing='s/client_secret: ""/client_secret: kT8pQ2vN9xL4mR8sK3wY6zB1dF/',
    ),
    Remedy(
        "rules/og515_sops_weak_threshold",
        "OG515",
        projects.low_threshold,
        projects.restored_with_all_groups,
        identity="demo second",
    ),
    Remedy("rules/og704_sops_recipients_drift", "OG704", projects.lacking_reader),
    Remedy("rules/og704_sops_recipients_drift", "OG704", projects.foreign_reader),
    Remedy("rules/og705_sops_single_recipient", "OG705", projects.single_key, projects.lacking_reader, exits=1),
    Remedy("parse/comments", "OG509", projects.plain_comment, projects.without_comment, editing="1i # as agreed"),
    Remedy("pipeline/operations/secrets_review", "OG706", projects.older_file, check=_BASE),
    Remedy("pipeline/operations/secrets_review", "OG708", projects.edited_by_hand, check=_BASE, editing="s/hT7/hT8/"),
    Remedy("decrypt/sops_errors", "OG516", projects.changed_date, restore(SECRETS), editing="s/hT7/hT8/", check=_SMOKE),
    Remedy("decrypt/sops_errors", "OG516", projects.other_kind, editing="s/kind: policy/kind: secrets/", check=_SMOKE),
    Remedy("decrypt/sops_errors", "OG517", projects.other_layer, editing="s|EXAMPLE/OLD|EXAMPLE/MAIN|", check=_SMOKE),
    Remedy("probe/gate", "OG518", projects.without_pin, check=_SMOKE),
    Remedy("probe/gate", "OG519", projects.other_pin, check=_SMOKE),
    Remedy("probe/plan", "OG908", projects.unknown_key, check=_SMOKE, exits=1, stays=True),
    Remedy("validate/explain", "OG201", projects.unknown_key, stays=True),
    Remedy("validate/explain", "OG206", projects.unknown_rule, stays=True),
    Remedy("triage/suppress", "OG007", projects.suppression_of_unknown_rule, stays=True),
    Remedy("merge/server", "OG313", projects.unknown_provider, stays=True),
)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a healthy project in a repository, which no test changes."""
    folder = tmp_path_factory.mktemp("healthy")
    projects.lay_out(folder)
    return folder


@pytest.fixture
def root(healthy: Path, tmp_path: Path) -> Path:
    """Return a copy of the healthy project."""
    return shutil.copytree(healthy, tmp_path / "project")


@pytest.mark.parametrize("remedy", REMEDIES, ids=str)
def test_command_of_a_remedy_does_what_it_promises(remedy: Remedy, root: Path, program: Program) -> None:
    remedy.make(root)
    found = [
        each for each in report(program, root, *remedy.check, identity=remedy.identity) if each["code"] == remedy.code
    ]
    assert found, "the project has the mistake"
    advised = commands(found[0]["remedy"])
    assert advised
    remedy.by_hand(root)
    for words in advised:
        result = run_command(root, words, editing=remedy.editing, identity=remedy.identity)
        assert result.code == remedy.exits, f"{words}: {result.out}{result.err}"
    if not remedy.stays:
        after = report(program, root, *remedy.check, identity=remedy.identity)
        assert [each["message"] for each in after if each["code"] == remedy.code] == []


def test_single_key_leads_to_a_command_for_each_file(root: Path, program: Program) -> None:
    projects.single_key(root)
    projects.lacking_reader(root)
    (found,) = (each for each in report(program, root, "validate") if each["code"] == "OG704")
    assert run_command(root, commands(found["remedy"])[0]).code == 0
    assert report(program, root, "validate") == []


def test_reader_without_a_key_is_added_by_the_command(root: Path, program: Program) -> None:
    (found,) = (each for each in report(program, root, *_SMOKE, identity="second") if each["code"] == "OG516")
    projects.lacking_reader(root)
    (words,) = commands(found["remedy"])
    assert run_command(root, words).code == 0, "somebody who can read the file runs it"
    assert [each for each in report(program, root, *_SMOKE, identity="second") if each["code"] == "OG516"] == []


_EXPLAINING = [
    value for value in vars(sops_errors).values() if isinstance(value, SopsError) and "by hand" in value.remedy
] + [sops_errors.of_exit(99, b"")]


@pytest.mark.parametrize("error", _EXPLAINING, ids=lambda error: error.message[:40])
def test_command_that_explains_an_error_of_sops_runs(error: SopsError, root: Path) -> None:
    for words in commands(error.at(Location(SECRETS), "branch/EXAMPLE/MAIN").remedy):
        assert words[0] == "sops"
        assert run_command(root, words).code == 0, words


def test_every_module_that_advises_a_command_has_a_test() -> None:
    assert _advising() == {remedy.module for remedy in REMEDIES} | {"decrypt/precheck", "probe/runner/verdicts"}, (
        "add a Remedy with a project that has the mistake (decrypt/precheck advises validate, as probe/plan does; "
        "tests/cli/test_login.py runs the login that probe/runner/verdicts advises)"
    )


def _advising() -> set[str]:
    """Return the modules of findings whose texts contain commands."""
    package = Path(oauthgit.__file__).parent
    rooms = ("rules", "parse", "validate", "merge", "lint", "triage", "decrypt", "probe")
    files = [file for room in rooms for file in (package / room).rglob("*.py")]
    files.append(package / "pipeline/operations/secrets_review.py")
    return {str(file.relative_to(package).with_suffix("")) for file in files if _advises(ast.parse(file.read_text()))}


def _advises(tree: ast.Module) -> bool:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    pages = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    constants = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    pages |= {str(value.value) for value in constants if isinstance(value, ast.Constant)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool({"command", "set_secret"} & names) or any(map(COMMAND.search, texts - pages))
