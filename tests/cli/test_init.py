"""``oauthgit init``: it creates valid files, and keeps existing ones unchanged."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from oauthgit.cli.exit_codes import Exit
from oauthgit.scaffold import EXAMPLES, KINDS
from support.cli import Program
from support.git import git, start
from support.sops import KEY
from support.terminal import open_terminal

RECIPIENT = "age1t775d6n6f240u8qkcuk3qknnt4zesl4qrlcdf2s982ckjcr0fqlqj7e4gh"
PRIVATE = re.search(r"AGE-SECRET-KEY-\S+", KEY.read_text())
EXPECTED = {
    *(f".oauthgit/schema/{kind}.schema.json" for kind in KINDS),
    *EXAMPLES,
    *("configs/oauthgit.yaml", ".sops.yaml", ".vscode/settings.json", ".gitignore"),
    *(".pre-commit-config.yaml", ".github/workflows/oauthgit.yml"),
}


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Act as a user without keys, in an empty folder, and return the home folder."""
    for name in ("SOPS_AGE_RECIPIENTS", "SOPS_AGE_KEY_FILE", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return home


def tree(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, except those of git."""
    files = (
        path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.relative_to(folder).parts
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_empty_folder_becomes_a_healthy_repository(program: Program) -> None:
    done = program("init")
    assert (done.code, done.err) == (Exit.FINE, "")
    assert set(tree(Path())) == EXPECTED
    assert all(f"created   {path}\n" in done.out for path in EXPECTED)
    assert "2 targets, 4 OAuth servers" in done.out
    assert "nothing found" in done.out
    assert re.findall(r"^(\d)\. ", done.out, re.MULTILINE) == [*"123456"]
    checked = program("validate", "--format", "json", "--fail-on", "note")
    assert checked.code == Exit.FINE
    assert json.loads(checked.out)["findings"] == []


def test_editors_find_the_schema_of_each_file_in_both_ways(program: Program) -> None:
    program("init")
    settings = json.loads(Path(".vscode/settings.json").read_text())["yaml.schemas"]
    secrets = "configs/iam_applications/example-prod.secrets.yaml"
    Path(secrets).touch()
    assert set(settings) == {f"./.oauthgit/schema/{kind}.schema.json" for kind in KINDS}
    for file in (path for path in tree(Path("configs")) if path):
        path = Path("configs", file)
        patterns = {schema: [given] if isinstance(given, str) else given for schema, given in settings.items()}
        by_settings = [
            schema
            for schema, given in patterns.items()
            if any(path.match(each) for each in given if not each.startswith("!"))
            and not any(path.name.endswith(".secrets.yaml") for each in given if each.startswith("!"))
        ]
        assert len(by_settings) == 1, file
        kind = Path(by_settings[0]).name.partition(".")[0]
        if kind == "secrets":
            assert path == Path(secrets)
            continue
        line, data = path.read_text().partition("\n")[0], yaml.safe_load(path.read_text())
        by_line = (path.parent / line.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert by_line == Path(by_settings[0]).resolve()
        assert data["kind"] == kind
        jsonschema.validate(data, json.loads(by_line.read_text()))


def test_second_init_changes_nothing(program: Program) -> None:
    program("init")
    before = {path: (content, Path(path).stat().st_mtime_ns) for path, content in tree(Path()).items()}
    done = program("init")
    assert done.code == Exit.FINE
    assert done.out.startswith("nothing to create: all files exist already\n")
    assert {path: (content, Path(path).stat().st_mtime_ns) for path, content in tree(Path()).items()} == before


def test_missing_folder_is_created(program: Program) -> None:
    assert program("init", "new/er/folder").code == Exit.FINE
    assert set(tree(Path("new/er/folder"))) == EXPECTED


def set_secret() -> subprocess.CompletedProcess[str]:
    """Pass a secret to the program on standard input, with a terminal as a user has it."""
    with open_terminal() as terminal:
        return subprocess.run(
            [sys.executable, "-m", "oauthgit", "secrets", "set", "example-prod", "crm"],
            input="h4Wq0zRk7TnXe2Lb9VdJs5Ym", capture_output=True, text=True, check=False, timeout=60,
            start_new_session=True, preexec_fn=terminal.take,
        )  # fmt: skip


@pytest.mark.parametrize("given", [{}, {"SOPS_AGE_RECIPIENTS": RECIPIENT}])
def test_secrets_can_be_encrypted_after_init_with_a_key(
    given: dict[str, str], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key, encryption works at once; without, after following the instructions in the file."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert program("init").code == Exit.FINE
    start(Path())
    rules = Path(".sops.yaml")
    if not given:
        refused = set_secret()
        assert refused.returncode == Exit.USAGE
        assert ".sops.yaml" in refused.stderr
        text = re.sub(r"^#(?=  )", "", rules.read_text(), flags=re.MULTILINE)
        rules.write_text(text.replace("age: age1...", f"age: {RECIPIENT}"))
    assert program("validate", "--fail-on", "warning").code == Exit.FINE
    done = set_secret()
    assert done.returncode == Exit.FINE, done.stderr
    assert "encrypted   yes" in done.stdout
    assert program("validate", "--fail-on", "warning").code == Exit.FINE


def test_only_the_public_half_of_a_key_is_used(nobody: Path, program: Program) -> None:
    keys = nobody / ".config/sops/age/keys.txt"
    keys.parent.mkdir(parents=True)
    shutil.copy(KEY, keys)
    done = program("init")
    assert done.code == Exit.FINE
    assert yaml.safe_load(Path(".sops.yaml").read_text())["creation_rules"] == [
        {"path_regex": r"^configs/.*\.secrets\.yaml$", "age": RECIPIENT}
    ]
    assert "nothing found" in done.out
    assert "OG705: off" in Path("configs/oauthgit.yaml").read_text()
    assert PRIVATE
    private = PRIVATE[0].encode()
    assert not any(private in content for content in tree(Path()).values())
    assert PRIVATE[0] not in done.out + done.err


def test_two_keys_need_no_suppression(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    second = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    monkeypatch.setenv("SOPS_AGE_RECIPIENTS", f"{RECIPIENT}, {second},$(id),age1short")
    assert "nothing found" in program("init").out
    assert f"age: {RECIPIENT},{second}\n" in Path(".sops.yaml").read_text()
    assert "OG705" not in Path("configs/oauthgit.yaml").read_text()


EXISTING = {
    ".gitlab-ci.yml": ("stages: [build]\n", "oauthgit-validate:"),
    ".pre-commit-config.yaml": ("repos: []\n", "- id: oauthgit-validate"),
    ".vscode/settings.json": ('{"editor.tabSize": 2}', '"./.oauthgit/schema/branch.schema.json"'),
    ".gitignore": ("*.log\n", "*.agekey"),
    ".sops.yaml": (
        "creation_rules:\n  - path_regex: ^other/\n    age: age1x,age1y\n",
        r"path_regex: ^configs/.*\.secrets\.yaml$",
    ),
}


def test_existing_files_stay_and_missing_parts_are_printed(program: Program) -> None:
    Path(".vscode").mkdir()
    for path, (content, _) in EXISTING.items():
        Path(path).write_bytes(content.encode())
    done = program("init")
    for path, (content, line) in EXISTING.items():
        assert Path(path).read_bytes() == content.encode()
        assert f"{path} exists and was not changed. Add " in done.out
        assert line in done.out
    assert "nothing found" in done.out
    assert not Path(".github").exists()


def test_printed_parts_complete_the_files(program: Program) -> None:
    """The printed lines, pasted at the printed places, give the files of a first init."""
    Path(".pre-commit-config.yaml").write_text("repos:\n")
    Path(".gitlab-ci.yml").write_text("stages: [test]\n")
    Path(".sops.yaml").write_text("creation_rules:\n")
    Path(".vscode").mkdir()
    Path(".vscode/settings.json").write_text("{\n}\n")
    done = program("init")
    pasted = {
        path: "\n".join(line[4:] for line in re.split(rf"^{re.escape(path)} exists and.*\n\n", done.out, flags=re.MULTILINE)[1]
                        .split("\n\n3 layers")[0].split("\n\n.")[0].splitlines() if line.startswith("    ") or not line)
        for path in (".pre-commit-config.yaml", ".gitlab-ci.yml", ".sops.yaml", ".vscode/settings.json")
    }  # fmt: skip
    Path(".vscode/settings.json").write_text(f"{{\n{pasted.pop('.vscode/settings.json')}\n}}\n")
    assert len(json.loads(Path(".vscode/settings.json").read_text())["yaml.schemas"]) == len(KINDS)
    for path, lines in pasted.items():
        with Path(path).open("a") as file:
            file.write(f"{lines}\n")
        assert yaml.safe_load(Path(path).read_text())
    hooks = yaml.safe_load(Path(".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["oauthgit-validate"]
    assert set(yaml.safe_load(Path(".gitlab-ci.yml").read_text())) == {
        *("stages", "oauthgit-validate", "oauthgit-expiry", "oauthgit-drift", "oauthgit-smoke"),
    }


@pytest.mark.parametrize("path", ["configs/app.yml", "configs/branches/a/b.yaml", "configs/k8s/deployment.yaml"])
def test_foreign_yaml_is_left_unchanged_and_named(path: str, program: Program) -> None:
    Path(path).parent.mkdir(parents=True)
    Path(path).write_text("apiVersion: apps/v1\nkind: Deployment\n")
    done = program("init")
    assert done.code == Exit.USAGE
    assert f"configs/ holds YAML files of something else: {path}." in done.err
    assert "oauthgit init oauth" in done.err
    assert set(tree(Path())) == {path}
    assert program("init", "oauth").code == Exit.FINE
    assert program("-C", "oauth", "validate").code == Exit.FINE


def test_many_foreign_files_are_counted_but_not_listed(program: Program) -> None:
    Path("configs").mkdir()
    for number in range(500):
        Path(f"configs/service-{number:03}.yaml").write_text("a: 1\n")
    done = program("init")
    assert "service-002.yaml and 497 more. " in done.err
    assert len(done.err) < 600


def test_existing_settings_get_no_examples(sample: Path, program: Program) -> None:
    before = tree(sample)
    done = program("init")
    after = tree(sample)
    assert done.code == Exit.FINE
    assert {path: after[path] for path in before} == before
    assert not set(EXAMPLES) & set(after)
    assert "examples" not in done.out


def test_settings_without_policy_get_one_that_trusts_no_host(sample: Path, program: Program) -> None:
    (sample / "configs/oauthgit.yaml").unlink()
    program("init")
    assert yaml.safe_load(Path("configs/oauthgit.yaml").read_text())["trusted_hosts"] == []


def test_findings_in_existing_settings_set_the_exit_code(sample: Path, program: Program) -> None:
    main = sample / "configs/branches/INSIGHTS/MAIN.yaml"
    main.write_text(main.read_text().replace("prompt: consent", "prompt: consents"))
    done = program("init")
    assert done.code == Exit.FINDINGS
    assert "error[OG204]" in done.out
    assert "Next, " not in done.out


def test_schemas_of_another_version_are_reported(program: Program) -> None:
    program("init")
    schema = Path(".oauthgit/schema/branch.schema.json")
    schema.write_text("{}")
    done = program("init")
    assert "branch.schema.json is not the schema of this version" in done.out
    assert schema.read_text() == "{}"


@pytest.mark.parametrize("where", ["configs", "configs/branches", "configs/branches/EXAMPLE/MAIN.yaml"])
@pytest.mark.parametrize("what", ["link", "file or folder"])
def test_symlink_in_place_of_settings_is_not_written_through(where: str, what: str, program: Program) -> None:
    Path("outside").mkdir()
    Path(where).parent.mkdir(parents=True, exist_ok=True)
    if what == "link":
        Path(where).symlink_to(Path("outside").absolute())
    elif where.endswith(".yaml"):
        Path(where).mkdir()
    else:
        Path(where).write_text("")
    done = program("init")
    assert done.code == Exit.USAGE
    assert where in done.err
    assert not any(Path("outside").iterdir())
    assert not Path(".oauthgit").exists()


def test_symlinks_out_of_the_folder_are_not_followed(program: Program, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ignored").write_text("")
    Path(".vscode").symlink_to(outside)
    Path(".github").symlink_to(outside)
    Path(".gitignore").symlink_to(outside / "ignored")
    Path(".pre-commit-config.yaml").symlink_to(outside / "dangling")
    done = program("init")
    assert done.code == Exit.FINE
    assert list(outside.iterdir()) == [outside / "ignored"]
    assert (outside / "ignored").read_text() == ""
    for path in (".vscode/settings.json", ".gitignore", ".pre-commit-config.yaml", ".github/workflows/oauthgit.yml"):
        assert f"{path} was not written: " in done.out


def test_file_in_place_of_the_folder_is_an_error(program: Program) -> None:
    Path("file").write_text("")
    done = program("init", "file")
    assert (done.code, done.out) == (Exit.USAGE, "")
    assert "file is not a folder" in done.err


def test_subfolder_gets_working_files_and_notes_the_rest(program: Program) -> None:
    git(Path(), "init", "--quiet")
    done = program("init", "teams/oauth")
    assert done.code == Exit.FINE
    assert set(tree(Path("teams/oauth"))) == EXPECTED - {".pre-commit-config.yaml", ".github/workflows/oauthgit.yml"}
    assert set(tree(Path())) == {f"teams/oauth/{path}" for path in tree(Path("teams/oauth"))}
    assert "has an effect only in the top folder of the repository, above teams/oauth. Create it there" in done.out
    assert 'args: [-C, "teams/oauth"]' in done.out
    assert 'run: oauthgit -C "teams/oauth" validate' in done.out


HOSTILE = [
    "a\nb",
    "\x1b[31mred",
    "##vso[task.complete]x",
    "::error::x",
    "'; touch pwned; '",
    "$(touch pwned)",
    "-C",
    "ünï ço",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_folder_name_is_never_interpreted(name: str, program: Program) -> None:
    done = program("init", f"./{name}")
    assert done.code == Exit.FINE
    assert set(tree(Path(name))) == EXPECTED
    assert "\x1b" not in done.out
    assert not Path("pwned").exists()
    assert not re.search(r"^::|##vso\[", done.out, re.MULTILINE)


@pytest.mark.parametrize("name", ["${{ github.token }}", "$(id)", "`id`", 'a"b', "a\nb"])
def test_folder_name_special_to_a_ci_system_is_refused(name: str, program: Program) -> None:
    git(Path(), "init", "--quiet")
    done = program("init", name)
    assert done.code == Exit.USAGE
    assert "holds characters that mean something else" in done.err
    assert tree(Path()) == {}


def in_a_process(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{script}\nfrom oauthgit.cli import main\nraise SystemExit(main(['init', {str(folder)!r}]))"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


AT = """
import os
calls = []
def told(real):
    def call(*given, **more):
        calls.append(given)
        if len(calls) == {number}:
            os.kill(os.getpid(), {signal})
        return real(*given, **more)
    return call
os.{function} = told(os.{function})
"""


@pytest.mark.parametrize("function", ["fsync", "link", "unlink"])
@pytest.mark.parametrize("number", [1, 7, 14])
def test_killed_init_leaves_whole_files_and_can_resume(function: str, number: int, program: Program) -> None:
    program("init", "whole")
    killed = in_a_process(AT.format(number=number, signal=9, function=function), Path("cut"))
    assert killed.returncode == -9
    whole, cut = tree(Path("whole")), tree(Path("cut"))
    left = [path for path in cut if path.endswith(".tmp")]
    assert len(left) <= 1
    assert all(content == whole[path] for path, content in cut.items() if path not in left)
    done = program("init", "cut")
    assert done.code == Exit.FINE
    assert {path: content for path, content in tree(Path("cut")).items() if path not in left} == whole


def test_terminated_init_finishes_the_current_file(program: Program) -> None:
    program("init", "whole")
    ended = in_a_process(AT.format(number=5, signal=15, function="link"), Path("cut"))
    assert ended.returncode == Exit.TERMINATED
    cut = tree(Path("cut"))
    assert len(cut) == 5
    assert cut.items() <= tree(Path("whole")).items()


def test_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    # Root may write everywhere, unless it drops that capability.
    drop = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
    done = subprocess.run(
        [*drop, sys.executable, "-m", "oauthgit", "init", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == Exit.USAGE, done.stderr
    assert re.fullmatch(rf"oauthgit: {re.escape(str(folder))}\S*: Permission denied \(exit 2\)\n", done.stderr)
    assert not any(folder.iterdir())


def test_full_disk_leaves_no_partial_file(program: Program) -> None:
    script = (
        "import os, errno\ndef full(_):\n    raise OSError(errno.ENOSPC, 'No space left on device')\nos.fsync = full"
    )
    done = in_a_process(script, Path("full"))
    assert done.returncode == Exit.USAGE
    assert tree(Path("full")) == {}
    assert program("init", "full").code == Exit.FINE


def test_file_system_without_hard_links_replaces_nothing() -> None:
    script = "import os, errno\ndef none(*_, **__):\n    raise OSError(errno.EPERM, 'Operation not permitted')\nos.link = none"
    Path("folder").mkdir()
    Path("folder/.gitignore").write_text("mine")
    done = in_a_process(script, Path("folder"))
    assert done.returncode == Exit.FINE
    assert set(tree(Path("folder"))) == EXPECTED
    assert Path("folder/.gitignore").read_text() == "mine"


def test_quiet_init_prints_nothing(program: Program) -> None:
    assert program("init", "--quiet").out == ""
    assert set(tree(Path())) == EXPECTED


def test_json_output_is_valid_json(program: Program) -> None:
    done = program("init", "--format", "json")
    assert json.loads(done.out)["findings"] == []


def test_installation_in_the_folder_is_not_committed(program: Program) -> None:
    start(Path())
    program("init")
    Path(".venv").mkdir()
    Path(".venv/oauthgit").touch()
    git(Path(), "add", ".")
    assert ".venv" not in git(Path(), "ls-files")
    old = Path(".gitignore").read_text().replace(".venv/\n", "")
    Path(".gitignore").write_text(old)
    assert "Add at the end" not in program("init").out, "an earlier init wrote this file"


def test_origin_gets_the_commit_before_a_secret_is_set(program: Program) -> None:
    start(Path())
    assert "git push" not in program("init").out
    git(Path(), "remote", "add", "origin", "https://git.example.org/a/b")
    commands = re.findall(r"^ {5}(\S.*)$", program("init").out, re.MULTILINE)
    assert commands[commands.index("git push -u origin HEAD") - 1].startswith("git commit")


def test_page_is_refused_with_the_list_of_formats(program: Program) -> None:
    result = program("init", "folder", "--format", "html")
    assert (result.code, Path("folder").exists()) == (2, False)
    assert "use one of text, json, junit, markdown, sarif, github, gitlab, azure" in result.err


def test_missing_folder_error_names_the_init_command(program: Program) -> None:
    command = re.search(r"oauthgit init", program("validate").err)
    assert command
    assert program(*shlex.split(command[0])[1:]).code == Exit.FINE
