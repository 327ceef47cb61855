"""Advice for mistakes that no example shows: each is followed, and leads to fewer findings."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from oauthgit.model.finding import Finding
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from support import remedy_projects as projects
from support.cli import Program
from support.remedies import check_files, commands, follow
from support.remedy_projects import BRANCH, POLICY, PROD, RULES, SECRETS
from support.run_command import report, run_command

SERVER = """\
token_endpoint: https://crm.example.com/oauth/token
authorization_endpoint: https://crm.example.com/oauth/authorize
client_id: crm-main
client_secret: {from_env: CRM_SECRET}
client_secret_expires_on: 2030-06-30
token_endpoint_auth_method: client_secret_post
grant_types: [authorization_code]
scopes: [api.read]
user_login: {request_refresh_token: true, prompt: select_account}
"""
HEAD = "kind: branch\nmodel: EXAMPLE\nbranch: MAIN\n"
OTHERS = {
    POLICY: "kind: policy\ntrusted_hosts: [crm.example.com]\n"
    "env_secrets: {CRM_SECRET: https://crm.example.com/oauth/token}\n"
    "smoke: {timeout: 15, concurrency: 64}\nsecrets: {expiry_window_days: 30, key_types: [age]}\n",
    PROD: "kind: iam_application\napplication: example-prod\nmodel: EXAMPLE\nbranch: MAIN\nenvironment: production\n"
    "redirect_uri: https://app.example.com/indicium/oauth-callback\n",
}


def _indented(text: str, blanks: int) -> str:
    return "".join(f"{' ' * blanks}{line}" for line in text.splitlines(keepends=True))


def _project(branch: str = "", **other: str) -> dict[str, str]:
    whole = f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER, 4)}"
    return {BRANCH: branch or whole, **OTHERS, **other}


def _one(files: dict[str, str], code: str) -> Finding:
    found = [finding for finding in check_files(files) if finding.code == code]
    assert found, [(finding.code, finding.message) for finding in check_files(files)]
    return found[0]


def _assert_followed(files: dict[str, str], finding: Finding) -> list[Finding]:
    edited = follow(finding, files)
    assert edited, f"{finding.message}: {finding.remedy}"
    after = check_files(edited)
    assert len(after) < len(check_files(files)), f"{finding.message}: {finding.remedy}: {after}"
    return after


def test_project_of_these_tests_is_healthy() -> None:
    assert check_files(_project()) == []


PROPOSED = {"client_i", "token-endpoint", "SCOPES", "trusted_hostss"}
"""Some misspellings for which a key must be proposed."""


def _misspelt_keys() -> Iterator[tuple[str, str, str]]:
    for path, text in _project().items():
        for pointer, mapping in _mappings(yaml.safe_load(text)):
            if pointer in {("oauth_servers",), ("env_secrets",)}:
                continue
            for key in mapping:
                if len(key) > 5 and key != "oauth_servers":
                    yield path, "/".join(pointer), key


def _mappings(data: object, pointer: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    if isinstance(data, dict):
        yield pointer, data
        for key, value in data.items():
            yield from _mappings(value, (*pointer, key))


@pytest.mark.parametrize(("path", "pointer", "key"), list(_misspelt_keys()))
def test_proposed_key_is_valid_where_it_is_proposed(path: str, pointer: str, key: str) -> None:
    files = _project()
    for typo in (key[:-1], key[1:], key[:2] + key[3:], key.upper(), key.replace("_", "-"), f"{key}s"):
        data = yaml.safe_load(files[path])
        mapping = data
        for token in filter(None, pointer.split("/")):
            mapping = mapping[token]
        if typo in mapping:
            continue
        mapping[typo] = mapping.pop(key)
        changed = {**files, path: yaml.safe_dump(data, sort_keys=False)}
        if {each.code for each in check_files(changed)} == {"OG501"}:
            continue  # below a key that resembles client_secret, every value may be a secret
        finding = _one(changed, "OG201")
        assert "did you mean" in finding.message or typo not in PROPOSED
        if "did you mean" in finding.message:
            assert _assert_followed(changed, finding) == []


def test_key_that_is_there_already_is_not_proposed() -> None:
    files = _project(f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER, 4)}    clientid: crm-main\n")
    finding = _one(files, "OG201")
    assert "did you mean" not in finding.message
    assert finding.remedy.startswith("Remove it")


WRONG_INDENTATION = {
    "server at the left": f"{HEAD}oauth_servers:\ncrm:\n{_indented(SERVER, 2)}",
    "second server at the left": f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER, 4)}hub:\n{_indented(SERVER, 2)}",
    "server in another": f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER, 4)}    hub:\n{_indented(SERVER, 6)}",
    "setting beside its server": f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER.replace('client_id: crm-main', ''), 4)}"
    "  client_id: crm-main\n",
    "settings beside their server": f"{HEAD}oauth_servers:\n  crm:\n{_indented(SERVER.partition('user_login')[0], 4)}"
    "  user_login:\n    prompt: select_account\n",
}


@pytest.mark.parametrize("text", WRONG_INDENTATION.values(), ids=WRONG_INDENTATION)
def test_wrong_indentation_is_to_be_corrected(text: str) -> None:
    files = _project(text)
    finding = next(each for each in check_files(files) if each.code in {"OG201", "OG202"})
    assert finding.remedy.startswith("Indent ")
    assert _assert_followed(files, finding) == []


@pytest.mark.parametrize("name", ["Planning", "PLANNING", "plan ning"])
def test_forbidden_name_of_a_server_is_not_proposed(name: str) -> None:
    override = f"{OTHERS[PROD]}oauth_servers:\n  planing: {{scopes: [api.write]}}\n"
    servers = f"  crm:\n{_indented(SERVER, 4)}  {name}:\n{_indented(SERVER, 4)}"
    files = _project(f"{HEAD}oauth_servers:\n{servers}", **{PROD: override})
    assert [each for each in check_files(files) if f'did you mean "{name}"' in each.message] == []


def test_misspelt_server_of_an_override_is_renamed() -> None:
    files = _project(**{PROD: f"{OTHERS[PROD]}oauth_servers:\n  crn: {{scopes: [api.write]}}\n"})
    assert _assert_followed(files, _one(files, "OG302")) == []


def test_server_that_is_overridden_already_is_not_proposed() -> None:
    servers = "oauth_servers:\n  crm: {scopes: [api.write]}\n  crn: {scopes: [api.read]}\n"
    assert "did you mean" not in _one(_project(**{PROD: OTHERS[PROD] + servers}), "OG302").message


@pytest.mark.parametrize("origin", ["FEATUR", "FEATURE2", "FEATURE3"])
def test_proposed_origin_makes_no_cycle(origin: str) -> None:
    branches = {"FEATURE": origin, "FEATURE1": "FEATURE", "FEATURE2": "FEATURE1"}
    files = _project() | {
        f"configs/branches/EXAMPLE/{name}.yaml": f"kind: branch\nmodel: EXAMPLE\nbranch: {name}\norigin: {below}\n"
        for name, below in branches.items()
    }
    if origin in branches:
        assert _one(files, "OG309")
        return
    finding = _one(files, "OG308")
    assert "did you mean" not in finding.message, "all similar branches stand on this one"


def test_similar_origin_is_proposed_and_valid() -> None:
    path = "configs/branches/EXAMPLE/FEATURE.yaml"
    files = _project() | {path: "kind: branch\nmodel: EXAMPLE\nbranch: FEATURE\norigin: MIAN\n"}
    assert _assert_followed(files, _one(files, "OG308")) == []


def test_origin_that_no_file_can_have_is_not_to_be_added() -> None:
    path = "configs/branches/EXAMPLE/NEXT.yaml"
    files = _project() | {path: "kind: branch\nmodel: EXAMPLE\nbranch: NEXT\norigin: feature/tax\n"}
    assert "add " not in _one(files, "OG308").remedy


@pytest.mark.parametrize("name", ["wms-prod.yml", "wms-pord.yaml", "wms.yaml"])
def test_orphan_is_not_deleted_for_a_misnamed_layer(name: str) -> None:
    orphan = "configs/iam_applications/wms-prod.secrets.yaml"
    layer = OTHERS[PROD].replace("example-prod", "wms-prod")
    secrets = "kind: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\n"
    files = _project() | {orphan: secrets, f"configs/iam_applications/{name}": layer}
    found = {each.code: each for each in check_files(files)}
    assert found.keys() & {"OG119", "OG307"}, "the misnamed layer has a finding"
    assert "OG520" not in found, "its consequence has none"
    renamed = _project() | {orphan: secrets, "configs/iam_applications/wms-prod.yaml": layer}
    assert len(check_files(renamed)) < len(check_files(files))


def test_misspelt_orphan_is_renamed_like_its_layer() -> None:
    orphan = "configs/iam_applications/example-pord.secrets.yaml"
    finding = _one(_project() | {orphan: "kind: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\n"}, "OG520")
    assert f"rename this file if it belongs to {PROD}" in finding.remedy


def test_grant_that_is_the_only_one_is_replaced() -> None:
    server = "  code:\n    provider: github\n    client_id: Ov23liAbCdEfGhIjKlMn\n    client_secret: {from_env: CRM_SECRET}\n"
    for grants in ("[client_credentials]", "[client_credentials, authorization_code]"):
        files = _project(f"{HEAD}oauth_servers:\n{server}    grant_types: {grants}\n    scopes: [repo]\n")
        _assert_followed(files, _one(files, "OG445"))


@pytest.mark.parametrize("name", ["notes.txt", "README", "settings.json", "MAIN.secrets.yaml.bak"])
def test_file_that_is_no_yaml_is_not_to_be_renamed(name: str) -> None:
    finding = _one(_project() | {f"configs/branches/EXAMPLE/{name}": "hello"}, "OG119")
    assert finding.remedy == "Move it out of configs/: settings are read from .yaml files only."


def test_misplaced_yml_is_to_be_moved_not_only_renamed() -> None:
    assert _one(_project() | {"configs/branches/MAIN.yml": HEAD}, "OG119").remedy.startswith(
        "Move it to configs/branches/"
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_file_is_filled_as_its_kind_is(kind: Kind) -> None:
    _, (finding,) = parse(File("a.yaml", kind, "a", {}, b"# nothing\n"))
    is_ours = kind.value in {"branch", "runtime_configuration", "iam_application", "policy", "provider"}
    assert ("beginning with kind" in finding.remedy) == is_ours, kind


@pytest.mark.parametrize(
    "line",
    ["client_id: ''", f"client_id: {'x' * 1025}", "client_secret_expires_on: soon", "grant_types: []", "provider: A-B"],
)
def test_refused_value_has_a_remedy(line: str) -> None:
    finding = _one(_project(f"{HEAD}oauth_servers:\n  crm:\n    {line}\n"), "OG206")
    assert re.fullmatch("[A-Z].+[.]", finding.remedy)


@pytest.fixture(scope="module")
def mispinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose secret is pinned to another endpoint, which no test changes."""
    folder = tmp_path_factory.mktemp("mispinned")
    projects.lay_out(folder)
    projects.other_pin(folder)
    return folder


@pytest.fixture
def root(mispinned: Path, tmp_path: Path) -> Path:
    """Return a copy of the project whose secret is pinned to another endpoint."""
    return shutil.copytree(mispinned, tmp_path / "project")


def _advice(program: Program, root: Path) -> str:
    dry = report(program, root, "smoke", "--dry-run", "example-prod")
    (found,) = (each for each in dry if each["code"] == "OG519")
    return str(found["remedy"])


def test_pin_without_a_rule_names_the_rule_first(root: Path, program: Program) -> None:
    text = (root / RULES).read_text()
    (root / RULES).write_text(text.replace("^configs/", "^other/"))
    advice = _advice(program, root)
    assert advice.startswith(f"Correct this first: no creation rule of .sops.yaml matches {SECRETS}.")
    assert run_command(root, commands(advice)[0]).code == 2
    (root / RULES).write_text(text)
    assert run_command(root, commands(_advice(program, root))[0]).code == 0


def test_pin_of_a_broken_target_names_it_first(root: Path, program: Program) -> None:
    other = root / "configs/iam_applications/example-test.yaml"
    text = (root / PROD).read_text().replace("example-prod", "example-test").replace("production", "test")
    other.write_text(f"{text}oauth_servers:\n  crm:\n    zzz: 1\n")
    advice = _advice(program, root)
    assert advice.startswith("Correct this first: iam_application/example-test runs with this secret")
    *_, pin = commands(advice)
    assert run_command(root, pin).code == 2
    other.write_text(text)
    assert run_command(root, commands(_advice(program, root))[0]).code == 0


def test_rules_without_an_active_one_say_so(root: Path) -> None:
    (root / RULES).write_text("creation_rules:\n#  - age: age1...\n")
    result = run_command(root, ("oauthgit", "secrets", "set", "example-prod", "crm"))
    assert result.code == 2
    assert "no creation rule is active in .sops.yaml" in result.err
    assert "remove the #" in result.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("client_id: crm-main", "client_id: crm-main\nprovider: Google", "Write google."),
        ("example.com/oauth", "example.com/ oauth", "Remove the blank."),
    ],
)
def test_advice_names_the_exact_edit(old: str, new: str, words: str) -> None:
    body = SERVER.replace(old, new)
    files = _project(f"{HEAD}oauth_servers:\n  crm:\n{_indented(body, 4)}")
    assert words in {each.remedy for each in check_files(files)}
