"""Exit codes do not depend on the format, and several reports come from one run."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from support.cli import FORMATS, Program, Result
from support.scripted_server import REFUSAL, fake, reply
from support.service_project import lay_out
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
POLICY = "configs/oauthgit.yaml"

Case = tuple[str, ...]


def broken(root: Path) -> None:
    (root / PROD).write_text(
        (root / PROD).read_text().replace("environment: production", "environment: production\nx: 1")
    )


def without_policy(root: Path) -> None:
    (root / POLICY).write_text("kind: policy\ntrusted_host: []\n")


def emptied(root: Path) -> None:
    for file in (root / "configs").rglob("*.yaml"):
        if file.name != "oauthgit.yaml":
            file.unlink()


def as_it_is(root: Path) -> None:
    assert root.is_dir()


SITUATIONS: dict[str, tuple[int, Callable[[Path], None], Case]] = {
    "validate, fine": (0, as_it_is, ("validate",)),
    "validate, findings": (1, broken, ("validate",)),
    "validate, findings that do not count": (0, broken, ("validate", "--fail-on", "never")),
    "validate, a policy with errors": (2, without_policy, ("validate",)),
    "validate, nothing": (3, emptied, ("validate",)),
    "smoke, fine": (0, as_it_is, ("smoke", "insights-prod", "--sandbox")),
    "smoke, findings": (1, broken, ("smoke", "insights-prod", "insights-acc", "--sandbox")),
    "smoke, a policy with errors": (2, without_policy, ("smoke", "--sandbox")),
    "smoke, nothing": (3, emptied, ("smoke", "--sandbox")),
    "smoke, not proven": (6, broken, ("smoke", "insights-prod", "insights-acc", "--sandbox", "--require-proof")),
}


def assert_same(
    run: Callable[..., Result], command: Case, code: int, tmp_path: Path, formats: Sequence[str] = FORMATS
) -> None:
    """Run ``command`` with each of the formats on standard output, and once with all formats in files."""
    for name in formats:
        assert run(*command, "--format", name).code == code, name
    files = {name: tmp_path / f"report.{name}" for name in FORMATS}
    outputs = [part for name, file in files.items() for part in ("--output", f"{name}={file}")]
    assert run(*command, *outputs, "-q").code == code
    assert all(file.is_file() for file in files.values())
    assert json.loads(files["json"].read_text())["schema_version"] == 2
    assert json.loads(files["sarif"].read_text())["version"] == "2.1.0"
    assert isinstance(json.loads(files["gitlab"].read_text()), list)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_exit_codes_do_not_depend_on_the_format(
    situation: str, sample: Path, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, prepare, command = SITUATIONS[situation]
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    prepare(sample)
    number = [*SITUATIONS].index(situation)
    formats = [FORMATS[(3 * number + each) % len(FORMATS)] for each in range(3)]
    assert_same(program, command, code, tmp_path, FORMATS if command[0] == "validate" else formats)


def test_unavailable_secrets_are_exit_7_in_every_format(sample: Path, program: Program, tmp_path: Path) -> None:
    assert sample.is_dir()
    assert_same(program, ("smoke", "insights-prod", "--sandbox"), 7, tmp_path)


@pytest.fixture(params=[(5, REFUSAL), (6, reply(404, "nothing here", "text/plain"))], ids=["rejected", "unreachable"])
def refusing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Return the expected exit code, and a project whose server rejects requests or gives a useless answer."""
    code, answer = request.param
    root = tmp_path / "project"
    root.mkdir()
    with fake(answer) as served:
        lay_out(root, [served.url])
        yield code, root


def test_rejected_and_no_answer_are_exit_5_and_6_in_every_format(
    refusing: tuple[int, Path], program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, root = refusing
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    assert_same(program, ("-C", str(root), "smoke"), code, tmp_path)
    annotated = program("-C", str(root), "smoke", "--format", "github").out
    assert annotated.startswith("::error file=configs/")


@pytest.mark.parametrize("command", [("effective",), ("explain", "insights-prod", "hub")])
@pytest.mark.parametrize("name", FORMATS[2:])
def test_format_that_cannot_show_the_report_is_refused(
    command: Case, name: str, sample: Path, program: Program
) -> None:
    assert sample.is_dir()
    result = program(*command, "--format", name)
    assert (result.code, result.out) == (2, "")
    assert f"the format {name} does not support this command" in result.err


def test_paths_are_relative_to_the_repository_folder(sample: Path, program: Program) -> None:
    broken(sample)
    (sample.parent / ".git").mkdir()
    result = program("validate", "--format", "github")
    assert result.out.startswith(f"::error file=repository/{PROD},line=")
    (sample / ".git").mkdir()
    assert program("validate", "--format", "github").out.startswith(f"::error file={PROD},line=")


def test_oversized_report_keeps_worst_findings_and_counts_rest(sample: Path, program: Program) -> None:
    for number in range(60):
        name = f"B{number}"
        keys = "".join(f"x{each}: 1\n" for each in range(99))
        text = f"kind: branch\nmodel: INSIGHTS\nbranch: {name}\norigin: MAIN\n{keys}"
        (sample / f"configs/branches/INSIGHTS/{name}.yaml").write_text(text)
    result = program("validate", "--format", "sarif", "--output", "json=report.json", "--output", "text=report.txt")
    assert result.code == 1
    assert len(json.loads(result.out)["runs"][0]["results"]) == 5_000
    (counted,) = (
        each for each in json.loads((sample / "report.json").read_text())["findings"] if each["code"] == "OG009"
    )
    assert counted["message"] == "941 findings are left out of this report, the mildest: 941 errors"
    assert "3,000 more findings, the mildest, are not shown" in (sample / "report.txt").read_text()


def test_rule_text_is_included_only_on_request(sample: Path, program: Program) -> None:
    broken(sample)
    (rule,) = json.loads(program("validate", "--format", "sarif").out)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"].startswith("A ")
    assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")


@pytest.mark.parametrize(
    "command", [("validate",), ("secrets", "status"), ("secrets", "expiry"), ("smoke", "--dry-run")]
)
def test_folder_without_settings_is_never_green(with_policy: Path, program: Program, command: tuple[str, ...]) -> None:
    """There is a note about the rules of SOPS."""
    (with_policy / ".sops.yaml").write_text("creation_rules:\n  - path_regex: ^configs/\n    age: age1x\n")
    for options in ((), ("--fail-on", "note"), ("--fail-on", "never")):
        assert program(*command, *options).code == 3
