"""A former reader of a secrets file keeps its data key, and cannot read anything written later."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.cli import Program
from support.git import edit
from support.secrets_command import (
    ACTIONS,
    CANARY,
    FILE,
    HUB,
    MOVED,
    POLICY,
    REVOKE,
    RULES,
    Secrets,
    opened,
    sops,
    with_keys_of,
)
from support.sops import encrypted, key, recipient

NOBODY = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x"


def shared_with_the_thief() -> bytes:
    """Encrypt production's file for the demo key and the attacker's, who thereby knows its data key."""
    plain = json.dumps(opened(Path(FILE).read_bytes()))
    Path(FILE).write_bytes(encrypted(plain, "demo", "second"))
    return Path(FILE).read_bytes()


@pytest.mark.parametrize("action", ACTIONS)
def test_old_data_key_decrypts_nothing_written_later(secrets: Secrets, action: str) -> None:
    old = shared_with_the_thief()
    assert opened(old, "second")["kind"] == "secrets"
    result = secrets(action)
    assert (result.code, f"age {recipient('second')} is no longer a reader" in result.err) == (0, True), result.err
    new = Path(FILE).read_bytes()
    assert opened(new)["kind"] == "secrets"
    assert opened(new, "second") == 128
    assert opened(with_keys_of(old, new), "second") in {25, 51}
    assert opened(with_keys_of(old, new), "demo") in {25, 51}
    kept = set(old.split()) & set(new.split())
    assert not [word for word in kept if word.startswith((b"ENC[", b"YWdl"))], "no ciphertext stays"


def test_old_data_key_decrypts_output_of_sops_set(secrets: Secrets, tmp_path: Path) -> None:
    """The attack of the tests above works if the data key is kept."""
    assert callable(secrets)
    old = shared_with_the_thief()
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(old)
    index = '["oauth_servers"]["hub"]["client_secret"]'
    assert sops("set", "--value-stdin", str(copy), index, given=b'"changed"', identity=key("demo")).returncode == 0
    stolen = opened(with_keys_of(old, copy.read_bytes()), "second")
    assert stolen["oauth_servers"]["hub"]["client_secret"] == "changed"


def test_each_action_writes_the_expected_files(secrets: Secrets) -> None:
    before = opened(Path(FILE).read_bytes())
    assert secrets("renew").code == 0
    assert opened(Path(FILE).read_bytes()) == before
    assert secrets("set").code == 0
    before["oauth_servers"]["hub"] = {"client_secret": CANARY, "send_only_to": [HUB, REVOKE]}
    assert opened(Path(FILE).read_bytes()) == before
    assert secrets("pin").code == 0
    before["oauth_servers"]["hub"]["send_only_to"] = [MOVED, REVOKE]
    assert opened(Path(FILE).read_bytes()) == before


def test_renew_writes_all_files_of_a_target(secrets: Secrets) -> None:
    branch = Path("configs/branches/INSIGHTS/MAIN.secrets.yaml")
    other = Path("configs/iam_applications/insights-test.secrets.yaml")
    before = [path.read_bytes() for path in (Path(FILE), branch, other)]
    result = secrets("renew", "--format", "json")
    assert result.code == 0, result.err
    after = [path.read_bytes() for path in (Path(FILE), branch, other)]
    assert [old != new for old, new in zip(before, after, strict=True)] == [True, True, False]
    assert {row["target"] for row in json.loads(result.out)["secrets"]} == {"iam_application/insights-prod"}


def test_renew_writes_no_file_if_one_is_undecryptable(secrets: Secrets) -> None:
    branch = Path("configs/branches/INSIGHTS/MAIN.secrets.yaml")
    branch.write_bytes(encrypted(json.dumps(opened(branch.read_bytes())), "second"))
    before = Path(FILE).read_bytes(), branch.read_bytes()
    result = secrets("renew")
    assert (result.code, str(branch) in result.err) == (7, True)
    assert (Path(FILE).read_bytes(), branch.read_bytes()) == before


@pytest.mark.parametrize("arguments", [("nowhere",), ()])
def test_renew_without_secrets_is_refused(secrets: Secrets, program: Program, arguments: tuple[str, ...]) -> None:
    assert callable(secrets)
    assert program("secrets", "renew", *arguments).code == 2


COMMENTED = f"""\
# of all secrets
kind: secrets
for: iam_application/insights-prod
oauth_servers:
    # of hub
    hub:
        client_secret: kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ
        send_only_to: {HUB}
    # of google
    google:
        client_secret: "0123456789"
        send_only_to:
            # of a list
            - https://a.example.com/
            - https://b.example.com/
"""


@pytest.mark.parametrize("action", ACTIONS)
def test_comments_order_and_text_are_kept(secrets: Secrets, action: str) -> None:
    arguments = ("encrypt", "--age", recipient("demo"), "--input-type", "yaml", "--output-type", "yaml")
    done = sops(*arguments, "--filename-override", "a.yaml", given=COMMENTED.encode(), identity="")
    Path(FILE).write_bytes(done.stdout)
    result = secrets(action)
    assert result.code == 0, result.err
    plain = sops(
        *("decrypt", "--input-type", "yaml", "--output-type", "yaml"),
        given=Path(FILE).read_bytes(),
        identity=key("demo"),
    )
    pin = f"\n            - {MOVED if action == 'pin' else HUB}\n            - {REVOKE}"
    expected = COMMENTED if action == "renew" else COMMENTED.replace(f" {HUB}", pin)
    changed = expected.replace("kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", CANARY) if action == "set" else expected
    assert plain.stdout.decode() == changed


@pytest.mark.parametrize("action", ["set", "renew"])
def test_shamir_groups_are_kept(secrets: Secrets, action: str) -> None:
    groups = "".join(f"      - age: [{name}]\n" for name in (recipient("demo"), recipient("second"), NOBODY))
    Path(RULES).write_text(f"creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n{groups}")
    assert secrets(action).code == 0
    content = Path(FILE).read_bytes()
    assert (opened(content), opened(content, "second")) == (128, 128)
    both = ("decrypt", "--input-type", "yaml", "--output-type", "json")
    assert sops(*both, given=content, identity=key("demo") + key("second")).returncode == 0


def test_removed_person_can_write_a_last_time(secrets: Secrets) -> None:
    """No key of the new readers is needed, only one of the old readers."""
    Path(RULES).write_text(f"creation_rules:\n  - age: {recipient('second')}\n")
    assert secrets("set").code == 0
    assert opened(Path(FILE).read_bytes(), "second")["oauth_servers"]["hub"]["client_secret"] == CANARY
    assert opened(Path(FILE).read_bytes()) == 128


@pytest.fixture
def fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield a PGP key in a separate keyring."""
    home = tmp_path / "gnupg"
    home.mkdir(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = gpg("--batch", "--passphrase", "", "--quick-generate-key", "test@example.com", "future-default", "default")
    if made.returncode:
        pytest.skip("gpg makes no key here")
    yield next(
        line.split(":")[9] for line in gpg("--list-keys", "--with-colons").stdout.splitlines() if line[:3] == "fpr"
    )
    subprocess.run(("gpgconf", "--kill", "all"), check=False, timeout=60)


def gpg(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("gpg", *arguments), capture_output=True, check=False, text=True, timeout=60)


@pytest.mark.parametrize("action", ["pin", "renew"])
def test_pgp_keys_are_kept(secrets: Secrets, fingerprint: str, action: str) -> None:
    edit(Path(), POLICY, "key_types: [age]", "key_types: [age, pgp]")
    Path(RULES).write_text(f"creation_rules:\n  - age: {recipient('demo')}\n    pgp: {fingerprint}\n")
    result = secrets(action)
    assert result.code == 0, result.err
    content = Path(FILE).read_bytes()
    assert opened(content, "second", GNUPGHOME=os.environ["GNUPGHOME"])["kind"] == "secrets"
    assert opened(content)["kind"] == "secrets"
