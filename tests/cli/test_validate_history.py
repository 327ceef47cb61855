"""``oauthgit validate --history``: plain secrets in earlier commits of real repositories, some of them hostile."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from oauthgit.discover import history
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.workspace import File, Kind
from oauthgit.parse.plaintext_secrets import plaintext_secrets
from support.cli import Program, Result
from support.git import committed, git
from support.sops import encrypted

CANARY = "Qz7canary41x9Lr8Tn5Wb7Yc4"
LAYER = "configs/branches/M/MAIN.yaml"
SECRETS = "configs/branches/M/MAIN.secrets.yaml"
POINTER = "/oauth_servers/crm/client_secret"
HEAD = "kind: branch\nmodel: M\nbranch: MAIN\noauth_servers:\n  crm:\n"
REST = """\
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
"""
REFERENCE = "    client_secret: {from_env: CRM_SECRET}\n"
CLEAN = HEAD + REFERENCE + REST
LEAKY = HEAD + f"    client_secret: {CANARY}\n" + REST


@pytest.fixture
def root(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose first commit is healthy, as the working directory."""
    assert program("--version").code == 0
    root = tmp_path / "repository"
    put(root, LAYER, CLEAN)
    put(root, "configs/oauthgit.yaml", "kind: policy\nenv_secrets: {CRM_SECRET: https://crm.example.com/oauth/token}\n")
    monkeypatch.chdir(root)
    commit(root)
    return root


def put(root: Path, path: str, text: str | bytes) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(root: Path, path: str | None = None, text: str | bytes = "") -> str:
    """Commit the working tree, after writing a file if one is named; return the short hash, as in findings."""
    if path:
        put(root, path, text)
    return committed(root)[:12]


def searched(program: Program, *arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    """Search the history; the canary is never in the output."""
    result = program("validate", "--history", "--format", "json", *arguments)
    assert CANARY not in result.out + result.err
    assert result.code in {0, 1}, result.err
    return result, [finding for finding in json.loads(result.out)["findings"] if finding["code"] == "OG701"]


def place(finding: dict[str, Any]) -> tuple[str, int, str]:
    location = finding["location"]
    return location["file"], location["line"], location["pointer"]


def test_history_without_secrets_has_no_finding(root: Path, program: Program) -> None:
    result, found = searched(program)
    assert (result.code, found, result.err) == (0, [], "")
    assert root.is_dir()


def test_secret_replaced_by_a_reference_is_found_there(root: Path, program: Program) -> None:
    wrote = commit(root, LAYER, "# a line more\n" + LEAKY)
    commit(root, LAYER, CLEAN)
    result, (found,) = searched(program)
    assert result.code == 1
    assert place(found) == (LAYER, 6, POINTER)
    assert found["severity"] == "error"
    day = git(root, "log", "-1", "--format=%cd", "--date=format:%Y-%m-%d", wrote)
    assert found["message"] == (
        f"client_secret stood here in plain text in commit {wrote} of {day}, and git keeps it forever"
    )
    assert found["targets"] == ["branch/M/MAIN"]
    (related,) = found["related"]
    assert (related["message"], related["location"]["line"]) == ("it stood then at", 7)
    assert "Replace it at the authorization server" in found["remedy"]


def test_secret_moved_to_the_secrets_file_is_found_at_its_layer(root: Path, program: Program) -> None:
    commit(root, LAYER, LEAKY)
    put(root, SECRETS, encrypted(secrets_json(CANARY), "demo"))
    commit(root, LAYER, HEAD + REST)
    (found,) = searched(program)[1]
    assert place(found) == (LAYER, 1, POINTER)


def secrets_json(secret: str) -> str:
    server = {"client_secret": secret, "send_only_to": "https://crm.example.com/oauth/token"}
    return json.dumps({"kind": "secrets", "for": "branch/M/MAIN", "oauth_servers": {"crm": server}})


def test_secrets_file_committed_in_plain_text_is_found(root: Path, program: Program) -> None:
    plain = f"kind: secrets\nfor: branch/M/MAIN\noauth_servers:\n  crm:\n    client_secret: {CANARY}\n    pin_code: {CANARY}\n"
    commit(root, SECRETS, plain)
    commit(root, SECRETS, encrypted(secrets_json(CANARY), "demo"))
    found = searched(program)[1]
    assert [place(each) for each in found] == [(SECRETS, 1, "/oauth_servers/crm/pin_code"), (SECRETS, 5, POINTER)]


def test_one_finding_per_place_counts_the_commits(root: Path, program: Program) -> None:
    first = commit(root, LAYER, LEAKY)
    for number in range(3):
        last = commit(root, LAYER, LEAKY.replace(CANARY, CANARY + str(number)))
    commit(root, LAYER, CLEAN)
    commit(root, LAYER, CLEAN + "\n")
    (found,) = searched(program)[1]
    assert f"in commit {last} of" in found["message"]
    assert found["related"][0]["message"].startswith(f"4 commits wrote it since {first} of 20")


@pytest.mark.parametrize("where", ["deleted", "renamed"])
def test_deleted_file_is_reported_at_line_1(where: str, root: Path, program: Program) -> None:
    other = "configs/branches/M/OTHER.yaml"
    commit(root, other, LEAKY.replace("branch: MAIN", "branch: OTHER"))
    if where == "deleted":
        (root / other).unlink()
        commit(root)
    else:
        git(root, "mv", other, "configs/branches/M/NEW.yaml")
        commit(root)
        commit(root, "configs/branches/M/NEW.yaml", CLEAN.replace("branch: MAIN", "branch: NEW"))
    result, found = searched(program)
    expected = [(other, 1, POINTER)]
    if where == "renamed":
        expected.insert(0, ("configs/branches/M/NEW.yaml", 6, POINTER))
    assert [place(each) for each in found] == expected
    assert f"{other}:1:1: error[OG701]" in program("validate", "--history").out
    assert result.code == 1


def test_secret_still_present_is_reported_once(root: Path, program: Program) -> None:
    commit(root, LAYER, LEAKY)
    result, found = searched(program)
    assert found == []
    assert "OG501" in result.out
    assert [place(each) for each in searched(program, "--select", "OG701")[1]] == [(LAYER, 6, POINTER)]


@pytest.mark.parametrize("kind", ["a local branch", "a branch of a remote", "a tag", "an annotated tag", "HEAD alone"])
def test_every_branch_and_tag_is_searched(kind: str, root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "--detach")
    wrote = commit(root, LAYER, LEAKY)
    if kind == "HEAD alone":
        put(root, LAYER, CLEAN)
    else:
        {
            "a local branch": lambda: git(root, "branch", "side"),
            "a branch of a remote": lambda: git(root, "update-ref", "refs/remotes/origin/side", "HEAD"),
            "a tag": lambda: git(root, "tag", "v1"),
            "an annotated tag": lambda: git(root, "tag", "-a", "-m", "x", "v1"),
        }[kind]()
        git(root, "checkout", "--quiet", "main")
    (found,) = searched(program)[1]
    assert wrote in found["message"]


def test_secrets_only_in_or_dropped_by_a_merge_are_found(root: Path, program: Program) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "-b", "side")
    lost = commit(root, LAYER, LEAKY)
    git(root, "checkout", "--quiet", "main")
    commit(root, "configs/branches/M/B.yaml", CLEAN.replace("branch: MAIN", "branch: B"))
    git(root, "merge", "--quiet", "--strategy=ours", "--message=m", "side")
    git(root, "branch", "--quiet", "-D", "side")
    assert lost in searched(program)[1][0]["message"]
    git(root, "checkout", "--quiet", "-b", "second", base)
    commit(root, "elsewhere", "x")
    git(root, "merge", "--quiet", "--no-commit", "main")
    put(root, "configs/branches/M/B.yaml", LEAKY.replace("branch: MAIN", "branch: B"))
    evil = commit(root)
    commit(root, "configs/branches/M/B.yaml", CLEAN.replace("branch: MAIN", "branch: B"))
    assert {place(each)[0]: each["message"].split()[8] for each in searched(program)[1]} == {
        LAYER: lost,
        "configs/branches/M/B.yaml": evil,
    }


def test_clean_merge_is_not_counted_as_a_commit(root: Path, program: Program) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    wrote = commit(root, LAYER, LEAKY)
    git(root, "checkout", "--quiet", "main")
    commit(root, "elsewhere", "x")
    git(root, "merge", "--quiet", "--message=m", "side")
    commit(root, LAYER, CLEAN)
    (found,) = searched(program)[1]
    assert wrote in found["message"]
    assert found["related"][0]["message"] == "it stood then at"


def test_subfolder_has_its_own_history(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, f"a b/{LAYER}", LEAKY)
    commit(root, "a/configs/x.yaml", LEAKY)
    put(root, f"a b/{LAYER}", CLEAN)
    commit(root, "a/configs/x.yaml", CLEAN)
    assert searched(program)[1] == []
    monkeypatch.chdir(root / "a b")
    assert [place(each) for each in searched(program)[1]] == [(LAYER, 6, POINTER)]


def test_sha256_repository_and_octopus_merge_are_read(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "long"
    put(root, LAYER, CLEAN)
    git(root, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    commit(root)
    for name in ("one", "two"):
        git(root, "checkout", "--quiet", "-b", name, "main")
        commit(root, f"configs/branches/M/{name}.yaml", CLEAN.replace("branch: MAIN", f"branch: {name}"))
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "--no-commit", "one", "two")
    wrote = commit(root, LAYER, LEAKY)
    assert len(git(root, "rev-list", "--parents", "-1", "HEAD").split()) == 4
    commit(root, LAYER, CLEAN)
    monkeypatch.chdir(root)
    (found,) = searched(program)[1]
    assert wrote in found["message"]


@pytest.mark.parametrize(
    "line",
    [
        "client_secret: changeme",
        "client_secret: ${CRM_SECRET}",
        'client_secret: "your-client-secret"',
        "client_secret: <the secret>",
        "client_secret: >-\n      placeholder",
        "client_secret: ''",
        "client_secret:",
        "client_secret: {from_env: CRM_SECRET}",
        "client_secret_expires_on: 2027-01-01",
        "client_secret: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]",
        "# client_secret: your-client-secret",
        "# client_secret: ENC[AES256_GCM,data:YQ==]",
        "client_secret: op://vault/crm/secret",
        "client_id: *a\n    client_secret: changeme",
    ],
)
def test_placeholders_references_and_ciphertext_are_no_secrets(line: str, root: Path, program: Program) -> None:
    commit(root, LAYER, HEAD + f"    {line}\n" + REST)
    commit(root, LAYER, CLEAN)
    assert searched(program)[1] == []


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ('client_secret: "{}"', POINTER),
        ("client_secret: |\n      {}", POINTER),
        ("client_secret: [{}]", POINTER),
        ("client_secert: {}", ""),
        ("Client-Secret: {}", "/oauth_servers/crm/Client-Secret"),
        ('"client\\x5fsecret": {}', POINTER),
        ("password: {}", "/oauth_servers/crm/password"),
        ("client_secret: {{from_env: '{}!'}}", f"{POINTER}/from_env"),
        ("# client_secret: {}", ""),
        ("scopes: &a [x]\n    other: *a\n    client_secret: {}", ""),
        ("client_secret: '{}", ""),
        ("\tclient_secret: {}", ""),
    ],
)
def test_secrets_are_found_in_every_spelling(line: str, pointer: str, root: Path, program: Program) -> None:
    commit(root, LAYER, HEAD + f"    {line.format(CANARY)}\n" + REST)
    commit(root, LAYER, CLEAN)
    found = [place(each)[2] for each in searched(program)[1]]
    assert found == ([] if "secert" in line else [pointer])


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("configs/branches/M/MAIN.yaml.bak", True),
        ("configs/MAIN.secrets.dec.yaml", True),
        ("configs/.hidden/x.yml~", True),
        ("configs/dump.json", True),
        ("configs/notes.md", False),
        ("configs/x.yamlx", False),
        ("elsewhere/x.yaml", False),
        ("x/configs/x.yaml", False),
    ],
)
def test_copies_count_and_other_files_do_not(name: str, *, is_found: bool, root: Path, program: Program) -> None:
    commit(root, name, secrets_json(CANARY))
    (root / name).unlink()
    commit(root)
    assert [place(each)[0] for each in searched(program)[1]] == [name] * is_found


def test_policy_has_no_secrets_at_any_path(root: Path, program: Program) -> None:
    commit(root, "configs/policy.yaml", (root / "configs/oauthgit.yaml").read_bytes())
    (root / "configs/policy.yaml").unlink()
    commit(root)
    assert searched(program)[1] == []


# Suppression, and its limits.


def test_paths_and_codes_select_findings(root: Path, program: Program) -> None:
    other = "configs/branches/M/OTHER.yaml"
    put(root, other, LEAKY.replace("branch: MAIN", "branch: OTHER"))
    commit(root, LAYER, LEAKY)
    put(root, other, CLEAN.replace("branch: MAIN", "branch: OTHER"))
    commit(root, LAYER, CLEAN)
    assert [place(each)[0] for each in searched(program)[1]] == [LAYER, other]
    assert [place(each)[0] for each in searched(program, other)[1]] == [other]
    assert searched(program, "--ignore", "OG7")[1] == []
    assert searched(program, "--select", "OG3")[1] == []


def test_target_that_uses_the_file_is_named(root: Path, program: Program) -> None:
    put(
        root,
        "configs/iam_applications/prod.yaml",
        "kind: iam_application\napplication: prod\nmodel: M\nbranch: MAIN\nenvironment: production\n",
    )
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    (found,) = searched(program)[1]
    assert found["targets"] == ["iam_application/prod"]


def test_baseline_covers_a_replaced_secret_but_not_the_next(root: Path, program: Program) -> None:
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    assert program("validate", "--history", "--write-baseline", "held.json").code == 0
    result, (found,) = searched(program, "--baseline", "held.json")
    assert (result.code, found["suppressed"], result.err) == (0, "baseline", "")
    assert program("validate", "--baseline", "held.json").err == "", "without a search, no entry is stale"
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    result, (found,) = searched(program, "--baseline", "held.json")
    assert (result.code, found["suppressed"]) == (1, None)


def test_suppression_is_refused_with_an_alternative(root: Path, program: Program) -> None:
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN.replace(REFERENCE, REFERENCE[:-1] + " # oauthgit: ignore[OG701] replaced\n"))
    result, (found,) = searched(program)
    assert found["suppressed"] is None
    assert "put it into a baseline once the secret is replaced" in result.out


# Unreadable histories.


def test_shallow_clone_is_always_reported(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    result, found = searched(program, "-q")
    assert found == []
    assert "the search of the history for secrets is incomplete: this clone is shallow" in result.err
    assert "fetch-depth: 0" in result.err
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    result, found = searched(program)
    assert (len(found), result.err) == (1, "")


def test_repository_without_commits_has_no_history(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, LAYER, CLEAN)
    monkeypatch.chdir(tmp_path)
    result = program("validate", "--history")
    assert (result.code, result.out) == (2, "")
    assert "the history was not searched for secrets" in result.err
    assert "not in a git repository" in result.err
    git(tmp_path, "init", "--quiet")
    assert searched(program)[1] == []


def test_repository_with_missing_objects_is_reported(root: Path, program: Program) -> None:
    commit(root, LAYER, LEAKY)
    blob = git(root, "rev-parse", f"HEAD:{LAYER}")
    commit(root, LAYER, CLEAN)
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    result, found = searched(program)
    assert found == []
    assert "1 versions of files are not in this clone" in result.err
    tree = git(root, "rev-parse", "HEAD~1^{tree}")
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    result = program("validate", "--history")
    assert (result.code, "git fsck" in result.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "limit", "words"),
    [
        ("COMMITS", 1, "more than 1 commits change configs"),
        ("CHANGES", 1, "more than 1 changes to configs"),
        ("TOTAL", 400, "files had more than 400 bytes together"),
        ("SIZE", 100, "have more than 100 bytes"),
    ],
)
def test_reached_limit_is_reported(  # noqa: PLR0913, PLR0917 - fixtures
    name: str, limit: int, words: str, root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    monkeypatch.setattr(history, name, limit)
    assert words in searched(program)[0].err


def test_invalid_git_output_is_reported(root: Path, tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nprintf 'nonsense\\n\\0:x\\0y\\0'\n")
    (tmp_path / "git").chmod(0o700)
    repository = Repository(root, f"{tmp_path}:{os.defpath}")
    with pytest.raises(GitError, match="git fsck"):
        history.changes(repository)
    with pytest.raises(GitError, match="git fsck"):
        list(history.contents(repository, ["0" * 40], []))


# Hostile repositories.

NAMES = (
    b"configs/\x1b[31m::error::x.yaml",
    b"configs/a\nb\t.yaml",
    b"configs/\xff\xfe.yaml",
    b"configs/--output=x.yaml",
    b"configs/##vso[task.complete].yaml",
    b"configs/:100644 100644.yaml",
    b'configs/"q"\\.yaml',
    b"configs/" + b"a" * 200 + b"/" + b"b" * 200 + b".yaml",
    "configs/\u202egnp.yaml".encode(),
)


def imported(root: Path, stream: bytes) -> None:
    environment = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(
        ("git", "fast-import", "--quiet", "--force"), cwd=root, input=stream, env=environment, check=True, timeout=60
    )


def quoted(name: bytes) -> bytes:
    return b'"' + b"".join(b"\\%03o" % byte for byte in name) + b'"'


def written(branch: bytes, time: int, files: dict[bytes, bytes]) -> bytes:
    """Return a commit in the format of git fast-import."""
    head = b"commit refs/heads/%s\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n" % (branch, time)
    return head + b"".join(
        b"M 100644 inline %s\ndata %d\n%s\n" % (quoted(name), len(content), content) for name, content in files.items()
    )


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_hostile_names_are_found_and_escaped(form: str, root: Path, program: Program) -> None:
    imported(root, written(b"side", 10**9, dict.fromkeys(NAMES, LEAKY.encode())))
    for name in ("$(touch${IFS}x)", "-x", "--output=x", "x;id", "HEAD", "\u202ex"):
        git(root, "update-ref", f"refs/heads/{name}", "refs/heads/side")
    result = program("validate", "--history", "--format", form, "--output", f"{form}={root.parent / 'report'}")
    out = result.out + (root.parent / "report").read_text()
    assert result.code == 1
    assert out.count("OG701") >= len(NAMES)
    assert CANARY not in out + result.err
    for hostile in ("\x1b", "\u202e", "##vso["):
        assert hostile not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    assert len(searched(program)[1]) == len(NAMES)


def test_invalid_commit_date_is_omitted(root: Path, program: Program) -> None:
    imported(root, written(b"side", 10**17, {b"configs/x.yaml": LEAKY.encode()}))
    (found,) = searched(program)[1]
    assert place(found)[0] == "configs/x.yaml"


def test_links_and_submodules_are_not_read(root: Path, program: Program) -> None:
    content = LEAKY.encode()
    stream = written(b"side", 10**9, {})
    stream += b"M 120000 inline configs/link.yaml\ndata %d\n%s\n" % (len(content), content)
    stream += b"M 160000 %s configs/module.yaml\n" % (b"1" * 40)
    imported(root, stream)
    assert searched(program)[1] == []


def test_programs_named_in_git_configuration_are_not_started(root: Path, tmp_path: Path, program: Program) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    trap.chmod(0o700)
    commit(root, LAYER, LEAKY)
    commit(root, LAYER, CLEAN)
    put(root, ".gitattributes", "* filter=trap diff=trap\n")
    shutil.rmtree(root / ".git/hooks", ignore_errors=True)
    for name, value in {
        "core.fsmonitor": trap,
        "core.hooksPath": tmp_path,
        "core.pager": trap,
        "core.alternateRefsCommand": trap,
        "gpg.program": trap,
        "log.showSignature": "true",
        "log.diffMerges": "off",
        "log.follow": "true",
        "diff.external": trap,
        "diff.trap.textconv": trap,
        "diff.trap.command": trap,
        "diff.renames": "copies",
        "diff.orderFile": tmp_path / "none",
        "filter.trap.smudge": trap,
        "core.abbrev": "4",
        "alias.rev-list": f"!{trap}",
        "alias.diff-tree": f"!{trap}",
        "pager.rev-list": trap,
    }.items():
        git(root, "config", name, str(value))
    first = git(root, "rev-list", "--max-parents=0", "HEAD")
    head = git(root, "rev-parse", "HEAD")
    put(root, ".git/info/grafts", f"{head} {first}\n")
    assert len(searched(program)[1]) == 1
    assert not (tmp_path / "started").exists()


def test_replaced_commit_is_read_in_its_original_form(root: Path, program: Program) -> None:
    first = git(root, "rev-parse", "HEAD")
    commit(root, LAYER, LEAKY)
    leaky = git(root, "rev-parse", "HEAD")
    commit(root, LAYER, CLEAN)
    git(root, "replace", leaky, first)
    assert len(searched(program)[1]) == 1


# Costs.


def test_each_content_of_500_commits_is_read_once_in_time(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = b""
    encrypted_once = encrypted(secrets_json(CANARY), "demo")
    for number in range(500):
        text = CLEAN.replace("api.read", f"api.read{number % 50}").replace("branch: MAIN", f"branch: B{number % 10}")
        stream += written(b"main", 10**9 + number, {f"configs/branches/M/B{number % 10}.yaml".encode(): text.encode()})
        if number % 5 == 0:
            body = encrypted_once.replace(b"data:", b"data:%04d" % number)
            stream += written(
                b"side", 10**9 + number, {f"configs/branches/M/B{number % 10}.secrets.yaml".encode(): body}
            )
    stream += written(b"side", 10**9 + 600, {LAYER.encode(): LEAKY.encode()})
    imported(root, stream)
    read: list[bytes] = []

    def counted(file: File) -> Any:
        read.append(file.content)
        return plaintext_secrets(file)

    monkeypatch.setattr("oauthgit.pipeline.operations.history.plaintext_secrets", counted)
    began = perf_counter()
    found = searched(program)[1]
    assert perf_counter() - began < 20
    assert [place(each)[0] for each in found] == [LAYER]
    assert len(read) == len(set(read))
    assert len(read) > 100


def test_ciphertext_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[File] = []

    def noted(file: File) -> tuple[None, list[Any]]:
        parsed.append(file)
        return None, []

    monkeypatch.setattr("oauthgit.parse.plaintext_secrets.parse", noted)
    content = encrypted(secrets_json(CANARY), "demo")
    encrypted_file = File(SECRETS, Kind.SECRETS, "", {}, content)
    assert plaintext_secrets(encrypted_file) == []
    assert plaintext_secrets(File(LAYER, Kind.BRANCH, "", {}, (HEAD + REST).encode())) == []
    assert parsed == []
    for changed in (
        content.replace(b"ENC[AES256_GCM,", b"ENC[", 1),
        content + b"other: x\n",
        b"x: y\n" + content,
        content.replace(b"\nsops:", b"\nsoups:"),
    ):
        plaintext_secrets(encrypted_file._replace(content=changed))
    assert len(parsed) == 4


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe" + f"client_secret: {CANARY}\n".encode("utf-16-le"), b"\xff client_secret: " + CANARY.encode() + b"\n"],
)
def test_file_in_another_encoding_is_searched_as_text(content: bytes) -> None:
    (found,) = plaintext_secrets(File(LAYER, Kind.BRANCH, "", {}, content))
    assert (found.line, found.pointer) == (1, "")


def test_endless_blanks_take_no_time() -> None:
    began = perf_counter()
    for content in (
        b" " * 500_000,
        b"-" * 500_000,
        b"a: " * 200_000,
        b"s" + b"-_" * 300_000,
        b"client_secret:" * 50_000,
    ):
        for kind in (Kind.SECRETS, Kind.BRANCH):
            plaintext_secrets(File(SECRETS, kind, "", {}, content))
    assert perf_counter() - began < 10


def test_run_without_history_loads_no_history_module() -> None:
    script = (
        "import sys; from oauthgit.cli import main; main(['validate'])\n"
        "print([name for name in sys.modules if name.endswith('.history')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
