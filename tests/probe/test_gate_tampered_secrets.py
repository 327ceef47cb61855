"""Changes of real SOPS files without a key: the policy trusts the attacker, and the attacker still gets nothing."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from support.cli import Program
from support.git import start
from support.scripted_server import TOKEN, Fake, fake, reply
from support.sops import FOLDERS, KEY, encrypted, encrypted_by_rules, key, recipient

BRANCH: Final = "configs/branches/CRM/MAIN.yaml"
SECRETS: Final = "configs/runtime_configurations/CRM/MAIN/dev.secrets.yaml"
OTHER: Final = "configs/runtime_configurations/CRM/MAIN/other.secrets.yaml"
DEV: Final = "runtime_configuration/CRM/MAIN/dev"
CANARY: Final = "canary-kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F"
CIPHERTEXT: Final = r"ENC\[[^\]]*\]"
BEFORE_THE_METADATA: Final = "^sops:"

Report = dict[str, Any]


class Stage(NamedTuple):
    """A project whose secret is pinned to ``good``, and a listener of the attacker, both trusted by the policy."""

    root: Path
    program: Program
    good: Fake
    listener: socket.socket

    @property
    def attacker(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/token"

    def edit(self, path: str, pattern: str, new: str) -> None:
        """Change one place of a file, which must exist."""
        text = (self.root / path).read_text()
        edited, times = re.subn(pattern, lambda match: match.expand(new), text, count=1, flags=re.MULTILINE)
        assert times, f"{pattern} is not in {path}"
        (self.root / path).write_text(edited)

    def smoke(self) -> Report:
        result = self.program("-C", str(self.root), "smoke", DEV, "--format", "json")
        assert CANARY not in result.out + result.err
        report: Report = json.loads(result.out)
        return report | {"code": result.code}

    def validated(self) -> set[str]:
        """Return the codes of all findings of the project without a key."""
        return codes(json.loads(self.program("-C", str(self.root), "validate", "--format", "json").out))

    def opens(self, path: str) -> bool:
        """Return True if sops accepts a file."""
        ended = subprocess.run(
            ("sops", "decrypt", "--input-type", "yaml", "--output-type", "json"),
            input=(self.root / path).read_bytes(),
            capture_output=True,
            env={"PATH": FOLDERS, "SOPS_AGE_KEY": key("demo"), "SOPS_DISABLE_VERSION_CHECK": "1"},
            cwd=os.sep,
            check=False,
            timeout=60,
        )
        return ended.returncode == 0

    def assert_the_attacker_heard_nothing(self) -> None:
        self.listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            self.listener.accept()


def codes(report: Report) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def outcomes(report: Report) -> set[str]:
    return {verdict["verdict"] for verdict in report["verdicts"]}


def branch(good: str, attacker: str) -> str:
    """Return a layer with everything a mutation needs; the attacker's host shows users a login page."""
    return f"""\
kind: branch
model: CRM
branch: MAIN
oauth_servers:
  # the customers
  crm:
    authorization_endpoint: {attacker}
    token_endpoint: {good}
    introspection_endpoint: {good}/introspection?to={attacker}
    client_id: A
    grant_types: [client_credentials]
    scopes: [api.read]
    require_pkce: true
"""


def secrets(name: str, pin: str, secret: str) -> bytes:
    entry = {"client_secret": secret, "send_only_to": pin}
    data = {"kind": "secrets", "for": f"runtime_configuration/CRM/MAIN/{name}", "oauth_servers": {"crm": entry}}
    return encrypted(json.dumps(data), "demo", "second")


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Fake, socket.socket]]:
    """Serve both for all tests, so that files are encrypted for them once."""
    with fake(reply(200, TOKEN)) as good, socket.create_server(("127.0.0.1", 0)) as listener:
        yield good, listener


@pytest.fixture
def stage(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch, hosts: tuple[Fake, socket.socket]
) -> Stage:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    good, listener = hosts
    good.forget()
    made = Stage(tmp_path, program, good, listener)
    trusted = [url.split("/")[2] for url in (good.url, made.attacker)]
    policy = {"kind": "policy", "trusted_hosts": trusted, "networks": ["127.0.0.0/8"], "http_hosts": ["127.0.0.1"]}
    layer = {"kind": "runtime_configuration", "model": "CRM", "branch": "MAIN"}
    files = {
        ".sops.yaml": f"creation_rules: [{{path_regex: ^configs/, age: '{recipient('demo')},{recipient('second')}'}}]\n",
        "configs/oauthgit.yaml": json.dumps(policy),
        BRANCH: branch(good.url, made.attacker),
        SECRETS.replace(".secrets", ""): json.dumps(layer | {"name": "dev"}),
        OTHER.replace(".secrets", ""): json.dumps(layer | {"name": "other"}),
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / SECRETS).write_bytes(secrets("dev", good.url, CANARY))
    (tmp_path / OTHER).write_bytes(secrets("other", made.attacker, CANARY[::-1]))
    start(tmp_path)
    return made


def test_unchanged_project_sends_one_request_to_its_server(stage: Stage) -> None:
    report = stage.smoke()
    assert (report["code"], outcomes(report)) == (0, {"accepted"}), report
    assert len(stage.good.requests) == stage.good.connections == 1
    stage.assert_the_attacker_heard_nothing()


SWAP: Final = (r"authorization_endpoint(: .*\n +)token_endpoint", r"token_endpoint\1authorization_endpoint")
CUT: Final = (
    r"token_endpoint(: .*\n +)introspection_endpoint: (.*\?to=)(.*)",
    r"introspection_endpoint: \2\n    token_endpoint: \3",
)


def swap_two_endpoints(stage: Stage) -> None:
    stage.edit(BRANCH, *SWAP)


def cut_a_url_over_two_keys(stage: Stage) -> None:
    stage.edit(BRANCH, *CUT)


def move_the_token_endpoint(stage: Stage) -> None:
    stage.edit(BRANCH, "token_endpoint: .*", f"token_endpoint: {stage.attacker}")


def make_a_boolean_text(stage: Stage) -> None:
    stage.edit(BRANCH, "require_pkce: true", 'require_pkce: "True"')


def add_a_null_key(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, "token_endpoint: null\nsops:")


def add_an_empty_key_to_the_server(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, '        token_endpoint: ""\nsops:')


def add_a_null_secret(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, "    mail:\n        client_secret: null\nsops:")


def add_an_empty_secret(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, '    mail:\n        client_secret: ""\nsops:')


def empty_the_pin(stage: Stage) -> None:
    stage.edit(SECRETS, f"send_only_to: {CIPHERTEXT}", 'send_only_to: ""')


def take_the_pin_away(stage: Stage) -> None:
    stage.edit(SECRETS, f" +send_only_to: {CIPHERTEXT}\n", "")


def exchange_the_secret_and_its_pin(stage: Stage) -> None:
    stage.edit(SECRETS, r"client_secret(: .*\n +)send_only_to", r"send_only_to\1client_secret")


def copy_the_secrets_of_another_layer(stage: Stage) -> None:
    (stage.root / SECRETS).write_bytes((stage.root / OTHER).read_bytes())


def move_the_secrets_of_another_layer(stage: Stage) -> None:
    (stage.root / OTHER).replace(stage.root / SECRETS)
    (stage.root / OTHER.replace(".secrets", "")).unlink()


def rename_the_server_of_the_secret(stage: Stage) -> None:
    move_the_token_endpoint(stage)
    stage.edit(BRANCH, "^  crm:", "  mail:")
    stage.edit(SECRETS, "^    crm:", "    mail:")


def add_mac_only_encrypted(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, "sops:\n    mac_only_encrypted: true")


def remove_the_mac(stage: Stage) -> None:
    stage.edit(SECRETS, "^    mac: .*\n", "")


def forge_metadata_on_plain_text(stage: Stage) -> None:
    metadata = (stage.root / SECRETS).read_text().partition("\nsops:")[2]
    entry = f"  crm:\n    client_secret: somebodys-own-secret-0123456789\n    send_only_to: {stage.attacker}\n"
    (stage.root / SECRETS).write_text(f"kind: secrets\nfor: {DEV}\noauth_servers:\n{entry}sops:{metadata}")
    move_the_token_endpoint(stage)


HARMFUL: Final[dict[Callable[[Stage], None], str]] = {
    swap_two_endpoints: "OG519",
    cut_a_url_over_two_keys: "OG519",
    move_the_token_endpoint: "OG519",
    make_a_boolean_text: "OG202",
    add_a_null_key: "OG201",
    add_an_empty_key_to_the_server: "OG201",
    add_a_null_secret: "OG514",
    add_an_empty_secret: "OG514",
    empty_the_pin: "OG206",
    take_the_pin_away: "OG516",
    exchange_the_secret_and_its_pin: "OG516",
    copy_the_secrets_of_another_layer: "OG605",
    move_the_secrets_of_another_layer: "OG517",
    rename_the_server_of_the_secret: "OG516",
    add_mac_only_encrypted: "OG510",
    remove_the_mac: "OG511",
    forge_metadata_on_plain_text: "OG511",
}
"""The code of the finding for each mutation."""
CLOSED: Final = {"OG510", "OG511", "OG514", "OG516", "OG517", "OG605"}
"""Codes for a secrets file that was not or could not be decrypted: exit code 7; otherwise nothing ran: 3."""


@pytest.mark.parametrize("mutate", HARMFUL, ids=lambda mutate: mutate.__name__)
def test_mutation_is_reported_and_the_secret_not_sent(mutate: Callable[[Stage], None], stage: Stage) -> None:
    mutate(stage)
    report = stage.smoke()
    stage.assert_the_attacker_heard_nothing()
    assert HARMFUL[mutate] in codes(report), report["findings"]
    assert report["code"] == (7 if HARMFUL[mutate] in CLOSED else 3)
    assert stage.good.connections == 0
    assert outcomes(report) == {"not-run"}


def add_comments(stage: Stage) -> None:
    stage.edit(SECRETS, BEFORE_THE_METADATA, f"# ask {stage.attacker}\nsops:")


def edit_a_comment(stage: Stage) -> None:
    stage.edit(BRANCH, "# the customers", f"# token_endpoint: {stage.attacker}")


def edit_the_label_of_a_recipient(stage: Stage) -> None:
    stage.edit(SECRETS, recipient("second"), "age1stranger")


HARMLESS: Final[dict[Callable[[Stage], None], set[str]]] = {
    add_comments: {"OG509"},
    edit_a_comment: set(),
    edit_the_label_of_a_recipient: {"OG704"},
}


@pytest.mark.parametrize("mutate", HARMLESS, ids=lambda mutate: mutate.__name__)
def test_harmless_mutation_still_sends_one_request(mutate: Callable[[Stage], None], stage: Stage) -> None:
    mutate(stage)
    report = stage.smoke()
    stage.assert_the_attacker_heard_nothing()
    assert outcomes(report) == {"accepted"}, report
    assert HARMLESS[mutate] == stage.validated()
    assert len(stage.good.requests) == stage.good.connections == 1


# A layer that contains its own secret: the endpoints are beside the ciphertext, under its MAC.


def inline(stage: Stage, **rule: Any) -> None:
    """Encrypt the secret of the branch inside the branch, by a creation rule with more settings."""
    (stage.root / SECRETS).unlink()
    (stage.root / OTHER).unlink()
    both = f"{recipient('demo')},{recipient('second')}"
    rules = {"creation_rules": [{"path_regex": "^configs/", "age": both, "encrypted_regex": "^client_secret$"} | rule]}
    (stage.root / ".sops.yaml").write_text(json.dumps(rules))
    content = (stage.root / BRANCH).read_text() + f"    client_secret: {CANARY}\n"
    (stage.root / BRANCH).write_bytes(
        encrypted_by_rules(stage.root / ".sops.yaml", stage.root / BRANCH, content, "yaml")
    )


# The concatenated values stay the same: a third key takes the rest of the two.
CUT_UNDER_A_MAC: Final = (
    r"token_endpoint: (.*)(\n +)introspection_endpoint: (.*\?to=)(.*)",
    r"issuer: \1\2introspection_endpoint: \3\2token_endpoint: \4",
)
PASSED_BY_SOPS: Final[dict[str, tuple[str, tuple[str, str]]]] = {
    "two endpoints change names": ("OG512", SWAP),
    "a URL is cut over two keys": ("OG512", CUT_UNDER_A_MAC),
    "a null takes a setting away": ("OG512", ("^sops:", "        revocation_endpoint: null\nsops:")),
    "a boolean becomes text": ("OG202", ("require_pkce: true", 'require_pkce: "True"')),
    "a comment": ("OG512", ("# the customers", "# nobody")),
    "the label of a recipient": ("OG704", (recipient("second"), "age1stranger")),
}


@pytest.mark.parametrize("name", PASSED_BY_SOPS)
def test_unauthenticated_text_in_a_file_reaches_no_server(name: str, stage: Stage) -> None:
    inline(stage)
    code, change = PASSED_BY_SOPS[name]
    stage.edit(BRANCH, *change)
    assert stage.opens(BRANCH), "sops accepts it"
    report = stage.smoke()
    stage.assert_the_attacker_heard_nothing()
    assert code in stage.validated()
    assert outcomes(report) == {"not-run"}
    assert report["code"] != 0


def test_endpoint_moved_under_a_partial_mac_gets_nothing(stage: Stage) -> None:
    inline(stage, mac_only_encrypted=True)
    move_the_token_endpoint(stage)
    assert stage.opens(BRANCH), "sops accepts it"
    report = stage.smoke()
    stage.assert_the_attacker_heard_nothing()
    assert "OG510" in codes(report)
    assert outcomes(report) == {"not-run"}
    assert report["code"] != 0
