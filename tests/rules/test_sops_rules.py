"""Files that sops really encrypted, changed without a key: what sops accepts, and the findings."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oauthgit.model.finding import Finding
from oauthgit.pipeline import load
from support.sops import FOLDERS, encrypted, encrypted_by_rules, key, recipient

SECRETS = "configs/branches/SHOP/MAIN.secrets.yaml"
LAYER = "configs/branches/SHOP/MAIN.yaml"
RULES = ".sops.yaml"
BRANCH = """\
kind: branch
model: SHOP
branch: MAIN
oauth_servers:
  crm: {token_endpoint: "https://crm.example.com/token", client_id: shop}
"""
PLAIN = json.dumps(
    {
        "kind": "secrets",
        "for": "branch/SHOP/MAIN",
        "oauth_servers": {
            "crm": {"client_secret": "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F", "send_only_to": "https://crm.example.com/token"}
        },
    }
)
INLINE = json.dumps(
    {
        "kind": "branch",
        "model": "SHOP",
        "branch": "MAIN",
        "oauth_servers": {
            "crm": {
                "authorization_endpoint": "https://crm.example.com/login",
                "token_endpoint": "https://crm.example.com/token",
                "client_id": "shop",
                "client_secret": "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6F",
            }
        },
    }
)
CIPHERTEXT = r"ENC\[[^\]]*\]"

Edit = Callable[[str], str]


def replaced(pattern: str, new: str) -> Edit:
    """Return an edit of one place, which must exist."""

    def edit(text: str) -> str:
        edited, times = re.subn(pattern, lambda match: match.expand(new), text, count=1, flags=re.MULTILINE)
        assert times, f"{pattern} is not in the file"
        return edited

    return edit


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with one branch, its secrets for two keys, and the rule that names these keys."""
    files = {
        LAYER: BRANCH,
        SECRETS: encrypted(PLAIN, "demo", "second").decode(),
        RULES: f"creation_rules:\n  - path_regex: ^configs/\n    age: {recipient('demo')},{recipient('second')}\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def change(root: Path, path: str, *edits: Edit) -> None:
    text = (root / path).read_text()
    for edit in edits:
        text = edit(text)
    (root / path).write_text(text)


def codes(root: Path) -> list[str]:
    return [finding.code for finding in load(root).findings]


def only(root: Path) -> Finding:
    (finding,) = load(root).findings
    return finding


def opens(root: Path, path: str = SECRETS) -> int:
    """Return the exit code of sops for a file, with a key."""
    return subprocess.run(
        ("sops", "decrypt", "--input-type", "yaml", "--output-type", "json"),
        input=(root / path).read_bytes(),
        capture_output=True,
        env={"PATH": FOLDERS, "SOPS_AGE_KEY": key("demo"), "SOPS_DISABLE_VERSION_CHECK": "1"},
        cwd=os.sep,
        check=False,
        timeout=60,
    ).returncode


def test_file_written_by_sops_has_no_finding(root: Path) -> None:
    assert opens(root) == 0
    assert codes(root) == []


PASSED_BY_SOPS: dict[str, tuple[str, str, Edit]] = {
    "a null secret added": (
        "OG514",
        "client_secret",
        replaced("^sops:", "    mail:\n        client_secret: null\nsops:"),
    ),
    "an empty secret added": (
        "OG514",
        "client_secret",
        replaced("^sops:", '    mail:\n        client_secret: ""\nsops:'),
    ),
    "a recipient's label edited": ("OG704", recipient("second"), replaced(recipient("second"), "age1stranger")),
    "an hc_vault entry added": (
        "OG505",
        "hc_vault",
        replaced(
            "^sops:",
            "sops:\n    hc_vault:\n        - vault_address: http://127.0.0.1:9\n          engine_path: sops\n"
            '          key_name: k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: "vault:v1:x"',
        ),
    ),
    "a version of long ago": ("OG513", "3.4", replaced(r"version: [\d.]+", "version: 3.4.0")),
}


@pytest.mark.parametrize("name", PASSED_BY_SOPS)
def test_change_not_detected_by_sops_is_found(root: Path, name: str) -> None:
    code, said, edit = PASSED_BY_SOPS[name]
    change(
        root, LAYER, lambda text: text + '  mail: {token_endpoint: "https://mail.example.com/token", client_id: shop}\n'
    )
    change(root, SECRETS, edit)
    assert opens(root) == 0
    findings = load(root).findings
    assert {finding.code for finding in findings} == {code}
    assert any(said in finding.message for finding in findings)
    assert {finding.location.file for finding in findings} == {SECRETS}


def inline(root: Path, *options: str) -> None:
    """Encrypt the layer itself by its creation rule, with more lines in that rule."""
    (root / SECRETS).unlink()
    with (root / RULES).open("a") as rules:
        rules.writelines(f"    {option}\n" for option in options)
    (root / LAYER).write_bytes(encrypted_by_rules(root / RULES, root / LAYER, INLINE, "json"))


SWAPPED = replaced(r"authorization_endpoint(: .*\n +)token_endpoint", r"token_endpoint\1authorization_endpoint")
CUT = replaced(
    r"token_endpoint: https://crm.example.com/token", "token_endpoint: https\n        issuer: ://crm.example.com/token"
)
MOVED = replaced("token_endpoint: https://crm.example.com", "token_endpoint: https://stranger.example.net")


@pytest.mark.parametrize("edit", [SWAPPED, CUT], ids=["two endpoints change names", "a URL is cut over two keys"])
def test_unencrypted_endpoint_beside_a_secret_is_found(root: Path, edit: Edit) -> None:
    inline(root, "encrypted_regex: ^client_secret$")
    assert (opens(root, LAYER), codes(root)) == (0, ["OG512"])
    change(root, LAYER, edit)
    assert opens(root, LAYER) == 0
    assert "OG512" in codes(root)


def test_mac_over_encrypted_values_only_is_found(root: Path) -> None:
    inline(root, "encrypted_regex: ^client_secret$", "mac_only_encrypted: true")
    change(root, LAYER, MOVED)
    assert (opens(root, LAYER), sorted(codes(root))) == (0, ["OG414", "OG510", "OG512"])


def test_plain_value_to_encrypt_is_reported_once_per_file(root: Path) -> None:
    inline(root, "encrypted_regex: ^(client_secret|client_id|token_endpoint)$")
    change(
        root,
        LAYER,
        replaced(f"token_endpoint: {CIPHERTEXT}", "token_endpoint: https://crm.example.com/token"),
        replaced(f"client_id: {CIPHERTEXT}", "client_id: shop"),
    )
    assert opens(root, LAYER) == 25
    (finding,) = (found for found in load(root).findings if found.code == "OG507")
    assert finding.location.pointer == "/oauth_servers/crm/token_endpoint"
    assert "(2 values in this file)" in finding.message


def test_copied_file_is_reported_with_its_source(root: Path) -> None:
    copy = SECRETS.replace("MAIN", "NEXT")
    (root / copy).write_text((root / SECRETS).read_text())
    (root / LAYER.replace("MAIN", "NEXT")).write_text(BRANCH.replace("MAIN", "NEXT"))
    assert opens(root, copy) == 0
    finding = only(root)
    assert (finding.code, finding.location.file, finding.location.pointer) == ("OG605", copy, "/sops/mac")
    assert [related.location.file for related in finding.related] == [SECRETS]


def test_value_copied_from_another_file_is_found(root: Path) -> None:
    other = encrypted(PLAIN.replace("MAIN", "NEXT"), "second", "demo").decode()
    stolen = re.search(rf"client_secret: ({CIPHERTEXT})", (root / SECRETS).read_text())
    assert stolen
    (root / SECRETS.replace("MAIN", "NEXT")).write_text(
        replaced(rf"client_secret: {CIPHERTEXT}", "client_secret: PLACE")(other).replace("PLACE", stolen[1])
    )
    (root / LAYER.replace("MAIN", "NEXT")).write_text(BRANCH.replace("MAIN", "NEXT"))
    finding = only(root)
    assert (finding.code, finding.location.pointer) == ("OG605", "/oauth_servers/crm/client_secret")


FORGED: dict[str, tuple[str, Edit]] = {
    "no mac": ("no MAC", replaced(r"^    mac: .*\n", "")),
    "a mac in plain text": ("no MAC", replaced(r"^    mac: .*", "    mac: abc")),
    "no time": ("no time of the last change", replaced(r"^    lastmodified: .*\n", "")),
    "a time that is none": ("no time of the last change", replaced(r"lastmodified: .*", "lastmodified: yesterday")),
    "no sealed data key": (
        "no key that could open the file",
        lambda text: re.sub(r"enc: \|\n(?: {12}.*\n)+", 'enc: ""\n', text),
    ),
    "ciphertext that is text in disguise": (
        "client_secret looks like",
        replaced(
            rf"client_secret: {CIPHERTEXT}", "client_secret: ENC[AES256_GCM,data:hunter2,iv:aaaa,tag:bbbb,type:str]"
        ),
    ),
    "a short tag": ("client_secret looks like", replaced(r"(client_secret: .*?tag:)[^,]*", r"\1AAAA")),
    "a short nonce": ("client_secret looks like", replaced(r"(client_secret: .*?iv:)[^,]*", r"\1AAAA")),
    "no data": ("client_secret looks like", replaced(r"(client_secret: .*?data:)[^,]*", r"\1")),
    "a secret that is a number": (
        "client_secret was encrypted as a whole number",
        replaced(r"(client_secret: .*?type:)str", r"\1int"),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_sops_file_is_found_without_a_key(root: Path, name: str) -> None:
    said, edit = FORGED[name]
    change(root, SECRETS, edit)
    finding = next(found for found in load(root).findings if found.code == "OG511")
    assert said in finding.message
    assert opens(root) != 0


def test_sops_metadata_around_plain_text_is_found(root: Path) -> None:
    change(
        root,
        SECRETS,
        lambda text: re.sub(
            rf"^( *(?:kind|for|client_secret|send_only_to): ){CIPHERTEXT}", r"\1hunter2", text, flags=re.MULTILINE
        ),
    )
    findings = load(root).findings
    assert {"OG501", "OG511"} <= {finding.code for finding in findings}
    assert any("no encrypted value beside it" in finding.message for finding in findings)
    assert not any("hunter2" in str(finding) for finding in findings)


def test_ciphertext_without_sops_metadata_is_found(root: Path) -> None:
    ciphertext = re.search(CIPHERTEXT, (root / SECRETS).read_text())
    assert ciphertext
    change(root, LAYER, replaced("client_id: shop", f'client_id: shop, client_secret: "{ciphertext[0]}"'))
    (root / SECRETS).unlink()
    assert sorted(codes(root)) == ["OG511", "OG512"]


def test_secret_unencrypted_by_its_key_is_reported_once(root: Path) -> None:
    change(root, SECRETS, replaced("^sops:", "        client_secret_unencrypted: hunter2\nsops:"))
    finding = only(root)
    assert (finding.code, finding.targets) == ("OG508", ("branch/SHOP/MAIN",))
    assert "hunter2" not in str(finding)


def test_key_type_is_allowed_by_the_policy_only(root: Path) -> None:
    change(root, SECRETS, PASSED_BY_SOPS["an hc_vault entry added"][2])
    (root / "configs/oauthgit.yaml").write_text("kind: policy\nsecrets: {key_types: [age, hc_vault]}\n")
    assert codes(root) == []
    (root / "configs/oauthgit.yaml").write_text("kind: policy\nsecrets: {key_types: [hc_vault]}\n")
    assert codes(root) == ["OG505"]


def test_key_type_unknown_to_sops_is_not_allowed(root: Path) -> None:
    change(root, SECRETS, replaced("^sops:", "sops:\n    telepathy:\n        - {enc: x}"))
    assert codes(root) == ["OG505"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("path_regex: ^elsewhere/", ["OG702"]),
        (r"path_regex: ^configs/(?!x)", []),
        (r"path_regex: ^configs/\p{L}+", []),
        ("path_regex: ^configs/(a+)+$", []),
        ("path_regex: MAIN", ["OG703"]),
        (r"path_regex: \.secrets\.yaml$", []),
        ("path_regex: ^configs/branches/(SHOP|MALL)/", []),
    ],
)
def test_creation_rule_is_the_one_of_sops_or_unknown(root: Path, rule: str, expected: list[str]) -> None:
    change(root, RULES, lambda text: text.replace("path_regex: ^configs/", rule))
    assert codes(root) == expected


def test_first_matching_creation_rule_counts(root: Path) -> None:
    change(
        root,
        RULES,
        replaced("creation_rules:", "creation_rules:\n  - path_regex: ^configs/branches/\n    age: age1other"),
    )
    assert codes(root) == ["OG705", "OG704", "OG704", "OG704"]


def test_keys_of_groups_are_compared_in_any_order(root: Path) -> None:
    groups = f"  - key_groups:\n      - age: [{recipient('second')}]\n      - age: [{recipient('demo')}]\n"
    (root / RULES).write_text(f"creation_rules:\n{groups}")
    assert codes(root) == []
    (root / RULES).write_text("creation_rules:\n  - key_groups:\n      - {age: [age1x], merge: [{age: [age1y]}]}\n")
    assert codes(root) == ["OG704"] * 4


@pytest.mark.parametrize("text", ["[]", "creation_rules: 1", "creation_rules: [1, {path_regex: [a]}]", "stores: {}"])
def test_creation_rules_of_any_shape_are_handled(root: Path, text: str) -> None:
    (root / RULES).write_text(text + "\n")
    assert "OG002" not in codes(root)


@pytest.mark.parametrize(
    "block", ["{}", "{age: [1, null], key_groups: [1, {age: 3}]}", "{age: {a: b}, mac: [x], shamir_threshold: yes}"]
)
def test_sops_metadata_of_any_shape_is_handled(root: Path, block: str) -> None:
    change(root, SECRETS, lambda text: text.partition("sops:")[0] + f"sops: {block}\n")
    found = codes(root)
    assert "OG511" in found
    assert "OG002" not in found


def test_anchors_in_sops_yaml_have_no_finding(tmp_path: Path) -> None:
    (tmp_path / "configs/branches/M").mkdir(parents=True)
    (tmp_path / "configs/branches/M/MAIN.yaml").write_text("kind: branch\nmodel: M\nbranch: MAIN\n")
    rules = "keys:\n  - &alice age1t775d6n6f240u8qkcuk3qknnt4zesl4qrlcdf2s982ckjcr0fqlqj7e4gh\ncreation_rules:\n  - age: *alice\n"
    (tmp_path / ".sops.yaml").write_text(rules)
    (single,) = load(tmp_path).findings
    assert (single.code, single.location.line) == ("OG705", 4)
    (tmp_path / ".sops.yaml").write_text("creation_rules: [")
    assert [finding.code for finding in load(tmp_path).findings] == ["OG100"]
