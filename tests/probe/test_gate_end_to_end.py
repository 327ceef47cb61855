"""The whole gate on real servers, real commits and real secrets: a moved endpoint gets nothing."""

import json
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from oauthgit.decrypt import decrypt
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from support.attacked_project import host
from support.cli import Program
from support.git import committed, git
from support.scripted_server import TOKEN, Fake, fake, reply
from support.sops import FOLDERS, KEY, encrypted

SECRETS = "configs/branches/CRM/MAIN.secrets.yaml"
BRANCH = "configs/branches/CRM/MAIN.yaml"
APPLICATION = "configs/iam_applications/moved.yaml"
POLICY = "configs/oauthgit.yaml"
STEADY = "iam_application/steady"
MOVED = "iam_application/moved"
CANARY = "canary-of-the-gate-0123456789"


class Stage(NamedTuple):
    """A repository whose secret belongs to ``first``, and an untrusted server ``second``."""

    root: Path
    program: Program
    first: Fake
    second: Fake

    def edit(self, path: str, **changes: Any) -> None:
        """Change settings of a file, like a commit of a pull request."""
        file = self.root / path
        known = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(known | changes, indent=1))

    def smoke(self, *arguments: str) -> dict[str, str]:
        """Commit, run the smoke test, and return the reason of every target by its verdict."""
        committed(self.root)
        result = self.program("-C", str(self.root), "smoke", "--format", "json", *arguments)
        assert CANARY not in result.out + result.err
        return {each["target"]: each["verdict"] for each in json.loads(result.out)["verdicts"]}


def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


def lay_out(root: Path, first: Fake, *, authority: trustme.CA, trusted: list[str]) -> None:
    application = {"kind": "iam_application", "model": "CRM", "branch": "MAIN", "environment": "test"}
    endpoint = {
        "token_endpoint": first.url,
        "client_id": "A",
        "grant_types": ["client_credentials"],
        "scopes": ["api.read"],
    }
    files: dict[str, Mapping[str, Any]] = {
        POLICY: {
            "kind": "policy",
            "trusted_hosts": trusted,
            "networks": ["127.0.0.0/8"],
            "ca_file": "ca.pem",
            "smoke": {"timeout": 5},
        },
        BRANCH: {"kind": "branch", "model": "CRM", "branch": "MAIN", "oauth_servers": {"crm": endpoint}},
        "configs/branches/CRM/SIDE.yaml": {"kind": "branch", "model": "CRM", "branch": "SIDE", "origin": "MAIN"},
        APPLICATION: application | {"application": "moved"},
        "configs/iam_applications/steady.yaml": application | {"application": "steady"},
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(data, indent=1))
    authority.cert_pem.write_to_path(str(root / "configs/ca.pem"))
    secrets = {
        "kind": "secrets",
        "for": "branch/CRM/MAIN",
        "oauth_servers": {"crm": {"client_secret": CANARY, "send_only_to": first.url}},
    }
    (root / SECRETS).write_bytes(encrypted(json.dumps(secrets), "demo"))


@pytest.fixture(scope="module")
def hosts(authority: trustme.CA) -> Iterator[tuple[Fake, Fake]]:
    """Serve both over https for all tests, so that the secret is encrypted for the first once."""
    tls = context(authority)
    with fake(reply(200, TOKEN), tls=tls) as first, fake(reply(200, TOKEN), tls=tls) as second:
        yield first, second


@pytest.fixture(params=["unknown", "trusted"])
def stage(  # noqa: PLR0913, PLR0917 - fixtures
    request: pytest.FixtureRequest,
    tmp_path: Path,
    program: Program,
    authority: trustme.CA,
    hosts: tuple[Fake, Fake],
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """Commit the base; the second host is untrusted, or trusted by the policy."""
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    for each in hosts:
        each.forget()
    first, second = hosts
    trusted = [host(first)] + ([host(second)] if request.param == "trusted" else [])
    lay_out(tmp_path, first, authority=authority, trusted=trusted)
    committed(tmp_path)
    (tmp_path / ".git/refs/heads/base").write_text((tmp_path / ".git/refs/heads/main").read_text())
    return Stage(tmp_path, program, first, second)


def directly(stage: Stage) -> None:
    known = json.loads((stage.root / BRANCH).read_text())["oauth_servers"]["crm"]
    stage.edit(BRANCH, oauth_servers={"crm": known | {"token_endpoint": stage.second.url}})


def by_override(stage: Stage) -> None:
    stage.edit(APPLICATION, oauth_servers={"crm": {"token_endpoint": stage.second.url}})


def by_issuer(stage: Stage) -> None:
    stage.edit(APPLICATION, oauth_servers={"crm": {"issuer": f"https://{host(stage.second)}"}})


def by_provider(stage: Stage) -> None:
    stage.edit(APPLICATION, oauth_servers={"crm": {"provider": "google", "token_endpoint": None}})


def by_origin(stage: Stage) -> None:
    rogue = {"kind": "branch", "model": "CRM", "branch": "ROGUE", "origin": "MAIN"}
    stage.edit("configs/branches/CRM/ROGUE.yaml", **rogue, oauth_servers={"crm": {"token_endpoint": stage.second.url}})
    stage.edit("configs/branches/CRM/SIDE.yaml", origin="ROGUE")
    stage.edit(APPLICATION, branch="SIDE")


def with_policy(stage: Stage) -> None:
    by_override(stage)
    stage.edit(POLICY, trusted_hosts=[host(stage.first), host(stage.second)], env_secrets={"X": stage.second.url})


MOVES: dict[Callable[[Stage], None], dict[str, str]] = {
    directly: {STEADY: "not-run", MOVED: "not-run"},
    by_override: {STEADY: "accepted", MOVED: "not-run"},
    by_issuer: {STEADY: "accepted", MOVED: "accepted"},
    by_provider: {STEADY: "accepted", MOVED: "not-run"},
    by_origin: {STEADY: "accepted", MOVED: "not-run"},
    with_policy: {STEADY: "accepted", MOVED: "not-run"},
}


ARGUMENTS: dict[str, tuple[str, ...]] = {"here": (), "with an authority": ("--authority", "base")}


def _runs() -> Iterator[Any]:
    """Yield all pairs of a move, the view of the second host and the arguments, and the widest move in full."""
    for number, move in enumerate(MOVES):
        for trust, second in enumerate(("unknown", "trusted")):
            for given, (name, arguments) in enumerate(ARGUMENTS.items()):
                if (number + trust + given) % 2 == 0 or move is with_policy:
                    yield pytest.param(second, arguments, move, id=f"{move.__name__}-{second}-{name}")


@pytest.mark.parametrize(("stage", "arguments", "move"), list(_runs()), indirect=["stage"])
def test_commit_that_moves_the_endpoint_sends_nothing_there(
    move: Callable[[Stage], None], arguments: tuple[str, ...], stage: Stage
) -> None:
    assert stage.smoke(*arguments) == {STEADY: "accepted", MOVED: "accepted"}
    asked = stage.first.connections
    move(stage)
    verdicts = stage.smoke(*arguments)
    assert all(request.startswith(b"GET /.well-known/") for request in stage.second.requests), "and nothing secret"
    assert stage.second.connections == 0 or move is by_issuer
    assert verdicts == MOVES[move]
    assert (stage.first.connections > asked) == ("accepted" in verdicts.values())


def test_pin_moved_by_the_change_counts_in_its_own_policy_only(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_SECRET", CANARY)
    (stage.root / SECRETS).unlink()
    known = json.loads((stage.root / BRANCH).read_text())["oauth_servers"]["crm"]
    stage.edit(BRANCH, oauth_servers={"crm": known | {"client_secret": {"from_env": "CRM_SECRET"}}})
    stage.edit(POLICY, env_secrets={"CRM_SECRET": stage.first.url})
    committed(stage.root)
    git(stage.root, "tag", "before")
    assert stage.smoke("--authority", "before") == {STEADY: "accepted", MOVED: "accepted"}
    directly(stage)
    stage.edit(POLICY, env_secrets={"CRM_SECRET": stage.second.url}, trusted_hosts=[host(stage.second)])
    assert stage.smoke("--authority", "before") == {STEADY: "not-run", MOVED: "not-run"}
    assert stage.second.connections == 0
    assert stage.smoke() == {STEADY: "accepted", MOVED: "accepted"}
    assert stage.second.connections > 0, "in a repository without a remote its own policy counts"


@pytest.mark.parametrize("stage", ["unknown"], indirect=True)
def test_certificates_of_the_change_count_in_its_own_policy_only(stage: Stage) -> None:
    other = trustme.CA()
    with fake(reply(200, TOKEN), tls=context(other)) as impostor:
        lay_out(stage.root, impostor, authority=trustme.CA(), trusted=[host(impostor)])
        committed(stage.root)
        git(stage.root, "tag", "before")
        other.cert_pem.write_to_path(str(stage.root / "configs/ca.pem"))
        assert set(stage.smoke("--authority", "before").values()) == {"unreachable"}
        assert impostor.requests in ([], [b"\r\n\r\n"])
        assert set(stage.smoke().values()) == {"accepted"}


# Files that sops must not get.


def started(folder: Path) -> str:
    """Put a program called sops first on a PATH; it creates a file when it is started."""
    folder.mkdir()
    (folder / "sops").write_text(f"#!/bin/sh\ntouch {folder}/started\nexit 3\n")
    (folder / "sops").chmod(0o700)
    return f"{folder}{os.pathsep}{FOLDERS}"


def vaulted(content: bytes, address: str, *, nested: bool = False) -> bytes:
    entry = (
        f'- vault_address: "{address}"\n  engine_path: transit\n  key_name: k\n  created_at: "2026-01-01T00:00:00Z"\n'
    )
    entry = "hc_vault:\n" + entry + "  enc: vault:v1:AAAA\n"
    if nested:
        entry = "key_groups:\n- " + entry.replace("\n", "\n  ").rstrip() + "\n"
    lines = "".join(f"    {line}\n" for line in entry.splitlines())
    return content.replace(b"sops:\n", b"sops:\n" + lines.encode(), 1)


@pytest.mark.parametrize("nested", [False, True], ids=["plain", "in a key group"])
@pytest.mark.parametrize("stage", ["unknown"], indirect=True)
def test_key_service_named_in_the_file_gets_no_request(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nested: bool,  # noqa: FBT001 - a table
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", CANARY)
    monkeypatch.setenv("PATH", started(tmp_path / "programs"))
    with fake(reply(200, {})) as vault_server:
        file = stage.root / SECRETS
        file.write_bytes(vaulted(file.read_bytes(), vault_server.url, nested=nested))
        result = stage.program("-C", str(stage.root), "smoke", "--format", "json")
        assert vault_server.connections == 0
    reported = json.loads(result.out)
    assert "OG505" in {finding["code"] for finding in reported["findings"]}
    assert {verdict["verdict"] for verdict in reported["verdicts"]} == {"not-run"}
    assert result.code != 0
    assert stage.first.connections == 0
    assert not (tmp_path / "programs/started").exists()


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {"an alias bomb": BOMB.encode(), "a self-alias in a second document": b"---\na: &a\n  b: *a\n"}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("stage", ["unknown"], indirect=True)
def test_file_that_would_hang_sops_is_a_finding_at_once(
    stage: Stage, hostile: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", started(tmp_path / "programs"))
    (stage.root / SECRETS).write_bytes((stage.root / SECRETS).read_bytes() + hostile)
    began = time.monotonic()
    result = stage.program("-C", str(stage.root), "smoke", "--format", "json")
    assert time.monotonic() - began < 10
    reported = json.loads(result.out)
    assert SECRETS in {finding["location"]["file"] for finding in reported["findings"]}
    assert {verdict["verdict"] for verdict in reported["verdicts"]} == {"not-run"}
    assert result.code != 0
    assert not (tmp_path / "programs/started").exists()


SAFE = encrypted(json.dumps({"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": {}}), "demo")
REFUSED = {
    **{name: (SAFE + hostile, "OG516") for name, hostile in HOSTILE.items()},
    "over 1 MiB": (SAFE + b"#" * (1 << 20), "OG516"),
    "a key service": (vaulted(SAFE, "http://127.0.0.1:1"), "OG505"),
    "a key service in a group": (vaulted(SAFE, "http://127.0.0.1:1", nested=True), "OG505"),
    "a key service as a mapping": (SAFE.replace(b"sops:\n", b"sops:\n    kms: {arn: x}\n"), "OG505"),
    "a type of a later sops": (SAFE.replace(b"sops:\n", b"sops:\n    new_cloud: [{id: x}]\n"), "OG505"),
    "age where the policy allows pgp only": (SAFE, "OG505"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_file_does_not_start_sops(name: str, tmp_path: Path) -> None:
    content, code = REFUSED[name]
    file = File(SECRETS, Kind.SECRETS, "branch/CRM/MAIN", {}, content)
    vault_, (finding,) = decrypt(
        [(file, parse(file)[0])],
        key_types=("pgp",) if "pgp only" in name else ("age", "pgp"),
        root=str(tmp_path / "tree"),
        environment={"PATH": started(tmp_path / "programs"), "SOPS_AGE_KEY_FILE": str(KEY)},
        locate=lambda path, pointer: Location(path, pointer=pointer),
    )
    assert (vault_.entries, finding.code) == ({}, code)
    assert not (tmp_path / "programs/started").exists()
