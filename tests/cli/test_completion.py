"""Completion in real shells: what is typed and completed arrives, and no name of a hostile project is evaluated."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from oauthgit.cli.commands.completion import SCRIPTS, read_line
from support.cli import Program
from support.paths import REPOSITORY
from support.shells import START, Shell, start_shell

EVIL = "$(touch x)"
HOSTILE = (EVIL, "`touch x`", "a b", "qu'ote\"", "new\nline", ";touch x;", "-C", "*", "~root", "\x1b[31m", "$'\\x'")
"""Names of files and folders that some shell would evaluate, split or print as something else."""

TYPED = {
    "vali\t": "validate",
    "effective insights-pr\t": "effective insights-prod",
    "effective insights-prod insights-a\t": "effective insights-prod insights-acc",
    "effective iam_application/warehouse-p\t": "effective iam_application/warehouse-prod",
    "explain insights-prod exa\t": "explain insights-prod exact_online",
    "secrets sta\t": "secrets status",
    "secrets set insights-prod hu\t": "secrets set insights-prod hub",
    "smoke --requ\t --server exa\t": "smoke --require-proof --server exact_online",
    "smoke --environment pro\t": "smoke --environment production",
    "validate --format sar\t": "validate --format sarif",
    "validate --fail-on nev\t": "validate --fail-on never",
    "validate --select OG91\t9": "validate --select OG919",
    "validate configs/oa\t": "validate configs/oauthgit.yaml",
    "rules OG30\t1": "rules OG301",
    "providers exact\t": "providers exact_online",
    "schema iam\t": "schema iam_application",
    "init conf\tbranches": "init configs/branches",
    "-C . effective insights-pr\t": "-C . effective insights-prod",
}
"""Lines with the key Tab, and what has to arrive."""

PRESSED = (
    *("effective ", "effective '$", "explain harmless ", "explain M/", "-C \\$\\(touch\\ x\\) effective "),
    *("validate ", "validate \\$", 'validate "$', "validate \\`", "report --merge ", "init "),
    *("validate configs/branches/\\$", "validate --baseline \\;"),
)
"""Beginnings of commands that hostile names, or no names at all, may complete."""


@pytest.fixture(scope="module", params=START)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    with start_shell(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a project in which every name that somebody may choose is hostile."""
    for name in HOSTILE:
        for folder in ("iam_applications", f"branches/{name}", f"runtime_configurations/{name}/{name}"):
            write(tmp_path / "configs" / folder / f"{name}.yaml", "kind: branch\n")
        write(tmp_path / f"{name}.yaml", "")
    servers = "".join(f"  {name!r}: {{}}\n" for name in (EVIL, "`touch x`", "a b")) + "  harmless: {}\n"
    write(tmp_path / "configs/branches/M/MAIN.yaml", f"kind: branch\noauth_servers:\n{servers}")
    write(tmp_path / "configs/iam_applications/harmless.yaml", "kind: iam_application\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_shell_completes_commands_options_and_names(shell: Shell) -> None:
    shell.run(f"cd {REPOSITORY}")
    arrived = {line: " ".join(shell.run(f"oauthgit {line}") or ()) for line in TYPED}
    assert arrived == TYPED


def test_shell_completes_names_in_the_folder_of_an_option(shell: Shell, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "configs", tmp_path / "two words/configs")
    shell.run(f"cd {tmp_path}")
    assert shell.run("oauthgit -C 'two words' explain warehouse-p\tcarr\t") == [
        *("-C", "two words", "explain", "warehouse-prod", "carrier")
    ]


def test_shell_evaluates_no_name_of_a_hostile_project(shell: Shell, hostile: Path) -> None:
    shell.run(f"cd {hostile}")
    assert shell.run("oauthgit explain har\thar\t") == ["explain", "harmless", "harmless"]
    for line in PRESSED:
        shell.press_tab(f"oauthgit {line}")
    assert not list(hostile.rglob("x"))


def test_shell_quotes_a_hostile_file_name(shell: Shell, hostile: Path) -> None:
    write(hostile / "only" / f"{EVIL}.yaml", "")
    shell.run(f"cd {hostile}")
    assert shell.run("oauthgit validate only/\t") == ["validate", f"only/{EVIL}.yaml"]
    assert not list(hostile.rglob("x"))


def test_lists_only_harmless_names(hostile: Path, program: Program) -> None:
    line = f"oauthgit -C '{hostile}' effective "
    assert program("completion", "--list=targets", f"--line={line}") == (0, "MAIN\nharmless\n", "")
    assert program("completion", "--list=servers", f"--line={line}") == (0, "harmless\n", "")


@pytest.mark.parametrize("line", ["", "oauthgit -C", "oauthgit -C /nowhere ", "oauthgit -C 'open ", "\\", "\0", "'\"'"])
@pytest.mark.parametrize("names", ["targets", "servers"])
def test_list_without_a_project_is_empty(
    names: str, line: str, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("completion", f"--list={names}", f"--line={line}") == (0, "", "")


def test_list_leaves_out_what_cannot_be_read(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("A", "- a"), ("B", "oauth_servers: [\n\t}"), ("C", "oauth_servers: [a]"), ("D", "1: b")):
        write(tmp_path / f"configs/branches/M/{name}.yaml", text)
    write(tmp_path / "configs/branches/M/E.yaml", "oauth_servers: {1: {}, crm: {}}")
    write(tmp_path / "configs/branches/M/LARGE.yaml", "a" * 1024 * 1024 * 2)
    (tmp_path / "configs/branches/M/LINK.yaml").symlink_to("/etc/passwd")
    monkeypatch.chdir(tmp_path)
    assert program("completion", "--list=servers") == (0, "crm\n", "")
    monkeypatch.setattr("oauthgit.pipeline.operations.completion.find_root", lambda _: 1 / 0)
    assert program("completion", "--list=servers") == (0, "", "")


def test_list_names_targets_by_their_shortest_unique_ending(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("branches/A/MAIN", "branches/B/MAIN", "iam_applications/crm", "runtime_configurations/A/MAIN/dev"):
        write(tmp_path / f"configs/{path}.yaml", "")
    write(tmp_path / "configs/iam_applications/crm.secrets.yaml", "")
    write(tmp_path / "configs/iam_applications/deep/er.yaml", "")
    monkeypatch.chdir(tmp_path)
    short = ["A/MAIN", "B/MAIN", "crm", "dev"]
    assert program("completion", "--list=targets").out.splitlines() == short
    whole = program("completion", "--list=targets", "--line=oauthgit effective br").out.splitlines()
    assert whole == ["branch/A/MAIN", "branch/B/MAIN", *short]


@pytest.mark.parametrize("wrong", [(), ("tcsh",), ("bash", "--list=targets"), ("--list=keys",)])
def test_completion_without_a_known_shell_is_wrong_usage(wrong: tuple[str, ...], program: Program) -> None:
    result = program("completion", *wrong)
    assert result.code == 2
    assert wrong or "name a shell: bash, zsh, fish or powershell" in result.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(("innit",), "did you mean init?"), (("report", "--output", "page.html"), "did you mean html=page.html?")],
)
def test_mistyped_argument_gets_a_suggestion(typed: tuple[str, ...], meant: str, program: Program) -> None:
    result = program(*typed)
    assert (result.code, meant in result.err.replace('"', "")) == (2, True)


@pytest.mark.parametrize("shell_name", SCRIPTS)
def test_completion_prints_a_script(shell_name: str, program: Program) -> None:
    code, script, _ = program("completion", shell_name)
    assert code == 0
    assert "oauthgit completion --list=targets" in script


LINES = {
    "oauthgit effective ins": (".", "ins"),
    "oauthgit -C a effective ": ("a", ""),
    "oauthgit -C a": (".", "a"),
    "oauthgit effective -C 'a b' 'ins": ("a b", "ins"),
    "git -C other status && oauthgit effective ": (".", ""),
    "git -C other status|oauthgit -C own effective ": ("own", ""),
}


@pytest.mark.parametrize("line", LINES)
def test_folder_and_word_of_a_line(line: str) -> None:
    assert read_line(line) == LINES[line]
