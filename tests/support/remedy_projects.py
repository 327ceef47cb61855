"""Small projects with real encryption, each with one mistake whose remedy is a command."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from support.git import committed, edit, git
from support.sops import encrypted_by_rules, recipient

URL = "https://crm.example.com/oauth/token"
SECRET = "hT7pQ2vN9xL4mR8sK3wY6zB1dF"
BRANCH = "configs/branches/EXAMPLE/MAIN.yaml"
SECRETS = "configs/branches/EXAMPLE/MAIN.secrets.yaml"
PROD = "configs/iam_applications/example-prod.yaml"
RULES = ".sops.yaml"
POLICY = "configs/oauthgit.yaml"
PLAIN = {
    "kind": "secrets",
    "for": "branch/EXAMPLE/MAIN",
    "oauth_servers": {"crm": {"client_secret": SECRET, "send_only_to": URL}},
}
Change = Callable[[Path], None]


class Remedy(NamedTuple):
    """Describe a mistake, the finding, and what a user does about it.

    ``by_hand`` is the part of the remedy that is no command. ``editing`` is what the editor of sops does. ``exits`` is the
    exit code of the commands. ``stays`` means that the command only explains.
    """

    module: str
    code: str
    make: Change
    by_hand: Change = lambda _root: None
    editing: str = ""
    check: tuple[str, ...] = ("validate",)
    exits: int = 0
    stays: bool = False
    identity: str = "demo"

    def __str__(self) -> str:
        return f"{self.code}-{self.make.__name__.strip('_')}"


def lay_out(root: Path) -> None:
    """Write a healthy project: a branch, an application of production, and the branch's secret."""
    files = {
        POLICY: "kind: policy\ntrusted_hosts: [crm.example.com]\nrules: {OG705: off}\n",
        BRANCH: "kind: branch\nmodel: EXAMPLE\nbranch: MAIN\noauth_servers:\n  crm:\n"
        f"    token_endpoint: {URL}\n    client_id: crm-main\n    grant_types: [client_credentials]\n"
        "    scopes: [api.read]\n",
        PROD: "kind: iam_application\napplication: example-prod\nmodel: EXAMPLE\nbranch: MAIN\nenvironment: production\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    write_rules(root, f"age: {recipient('demo')}")
    encrypt(root)
    committed(root)


def write_rules(root: Path, *lines: str) -> None:
    """Write the creation rule of all secrets files."""
    rule = "\n".join(
        ("creation_rules:", r"  - path_regex: ^configs/.*\.secrets\.yaml$", *(f"    {line}" for line in lines))
    )
    (root / RULES).write_text(f"{rule}\n")


def encrypt(root: Path, data: Any = PLAIN, path: str = SECRETS) -> None:
    """Encrypt ``data`` by the creation rules of the project."""
    (root / path).write_bytes(encrypted_by_rules(root / RULES, root / path, json.dumps(data), "json"))


def restore(path: str) -> Change:
    """Return the change that restores a file from git."""

    def change(root: Path) -> None:
        git(root, "checkout", "HEAD", "--", path)

    return change


def lacking_reader(root: Path) -> None:
    write_rules(root, f"age: {recipient('demo')},{recipient('second')}")


def foreign_reader(root: Path) -> None:
    lacking_reader(root)
    encrypt(root)
    write_rules(root, f"age: {recipient('demo')}")


def old_version(root: Path) -> None:
    text = (root / SECRETS).read_text()
    at = text.index("version: ")
    (root / SECRETS).write_text(f"{text[:at]}version: 3.4.0\n")


def low_threshold(root: Path) -> None:
    _write_groups(root, 2)
    encrypt(root)
    committed(root)
    edit(root, SECRETS, "shamir_threshold: 2", "shamir_threshold: 1")


def restored_with_all_groups(root: Path) -> None:
    restore(SECRETS)(root)
    _write_groups(root, 3)


def _write_groups(root: Path, threshold: int) -> None:
    groups = [
        f"  - age: [{names}]"
        for names in (recipient("demo"), recipient("second"), f"{recipient('demo')}, {recipient('second')}")
    ]
    write_rules(root, f"shamir_threshold: {threshold}", "key_groups:", *groups)


def mac_of_ciphertext_only(root: Path) -> None:
    write_rules(root, "mac_only_encrypted: true", f"age: {recipient('demo')}")
    encrypt(root)


def plain_rule(root: Path) -> None:
    write_rules(root, f"age: {recipient('demo')}")


def shared_secret_of_another_client(root: Path) -> None:
    with (root / PROD).open("a") as file:
        file.write("oauth_servers:\n  crm:\n    client_id: crm-production\n")


def name_with_a_blank(root: Path) -> None:
    shared_secret_of_another_client(root)
    edit(root, PROD, "example-prod", "example prod")
    (root / PROD).rename(root / "configs/iam_applications/example prod.yaml")


def plain_secrets_file(root: Path) -> None:
    (root / SECRETS).write_text(json.dumps(PLAIN, indent=1))


def plain_value_in_layer(root: Path) -> None:
    (root / SECRETS).unlink()
    edit(root, BRANCH, "    client_id:", f"    client_secret: {SECRET}\n    client_id:")


def without_value_in_layer(root: Path) -> None:
    edit(root, BRANCH, f"    client_secret: {SECRET}\n", "")


def plain_identity(root: Path) -> None:
    write_rules(root, "encrypted_regex: ^client_secret$", f"age: {recipient('demo')}")
    encrypt(root)


def plain_value_among_encrypted(root: Path) -> None:
    lines = (root / SECRETS).read_text().splitlines(keepends=True)
    (root / SECRETS).write_text("".join("kind: secrets\n" if line.startswith("kind:") else line for line in lines))


def unencrypted_suffix(root: Path) -> None:
    server = {"client_secret_unencrypted": SECRET, "send_only_to": URL}
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": server}})


def plain_comment(root: Path) -> None:
    text = (root / SECRETS).read_text()
    (root / SECRETS).write_text(f"# rotated in spring\n{text}")


def without_comment(root: Path) -> None:
    edit(root, SECRETS, "# rotated in spring\n", "")


def ciphertext_without_metadata(root: Path) -> None:
    edit(root, BRANCH, "    client_id:", f"    client_secret: {_ciphertext(root)}\n    client_id:")
    (root / SECRETS).unlink()


def without_ciphertext(root: Path) -> None:
    lines = (root / BRANCH).read_text().splitlines(keepends=True)
    (root / BRANCH).write_text("".join(line for line in lines if "client_secret" not in line).partition("sops:")[0])


def _ciphertext(root: Path) -> str:
    line = next(line for line in (root / SECRETS).read_text().splitlines() if "client_secret:" in line)
    return line.partition(": ")[2]


def forged_metadata(root: Path) -> None:
    lines = (root / SECRETS).read_text().splitlines(keepends=True)
    (root / SECRETS).write_text("".join(line for line in lines if "mac:" not in line))


def number_as_secret(root: Path) -> None:
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": {"client_secret": 123456789012345678, "send_only_to": URL}}})


def number_as_pin(root: Path) -> None:
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": {"client_secret": SECRET, "send_only_to": 443}}})


def inline_secret(root: Path) -> None:
    data = {
        "kind": "branch",
        "model": "EXAMPLE",
        "branch": "MAIN",
        "oauth_servers": {
            "crm": {
                "token_endpoint": URL,
                "client_id": "crm-main",
                "client_secret": SECRET,
                "grant_types": ["client_credentials"],
                "scopes": ["api.read"],
            }
        },
    }
    rules = root.parent / "inline.sops.yaml"
    rules.write_text(f"creation_rules:\n  - encrypted_regex: ^client_secret$\n    age: {recipient('demo')}\n")
    (root / SECRETS).unlink()
    (root / BRANCH).write_bytes(encrypted_by_rules(rules, root / BRANCH, json.dumps(data), "json"))


def empty_secret(root: Path) -> None:
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": {"client_secret": "", "send_only_to": URL}}})


def changed_date(root: Path) -> None:
    text = (root / SECRETS).read_text()
    (root / SECRETS).write_text(re.sub(r'lastmodified: "2\d\d\d', 'lastmodified: "2020', text))


def other_layer(root: Path) -> None:
    encrypt(root, {**PLAIN, "for": "branch/EXAMPLE/OLD"})


def other_kind(root: Path) -> None:
    encrypt(root, {**PLAIN, "kind": "policy"})


def without_pin(root: Path) -> None:
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": {"client_secret": SECRET}}})


def other_pin(root: Path) -> None:
    encrypt(
        root,
        {**PLAIN, "oauth_servers": {"crm": {"client_secret": SECRET, "send_only_to": URL.replace("token", "old")}}},
    )


def older_file(root: Path) -> None:
    old = (root / SECRETS).read_bytes()
    time.sleep(1.1)  # SOPS dates a file to the second
    encrypt(root, {**PLAIN, "oauth_servers": {"crm": {"client_secret": f"{SECRET}2", "send_only_to": URL}}})
    committed(root)
    (root / SECRETS).write_bytes(old)


def edited_by_hand(root: Path) -> None:
    """Take a value out, without sops."""
    lines = (root / SECRETS).read_text().splitlines(keepends=True)
    (root / SECRETS).write_text("".join(line for line in lines if "send_only_to" not in line))


def unknown_key(root: Path) -> None:
    edit(root, BRANCH, "    client_id:", "    zzz: 1\n    client_id:")


def unknown_rule(root: Path) -> None:
    edit(root, POLICY, "OG705", "OG799")


def suppression_of_unknown_rule(root: Path) -> None:
    edit(root, BRANCH, "    client_id:", "    # oauthgit: ignore[OG799] as agreed\n    client_id:")


def unknown_provider(root: Path) -> None:
    edit(root, BRANCH, "    client_id:", "    provider: exact_offline\n    client_id:")


def single_key(root: Path) -> None:
    edit(root, POLICY, "OG705: off", "OG705: warning")
