"""Masked lines: what is public by its form stays readable, and what may be secret is hidden."""

import pytest

from oauthgit.model.document import Marks
from oauthgit.model.schema import harmless_keys
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import mask_lines, masked_lines, parse
from support.sops import recipient

KEY = recipient("demo")
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHZoMEmhEqdYK7uCao3jVDHviTmwm+iikMdgY9BCr6us"
BROKEN = "\tx: [\n"
CANARY = "kV3x9Qm2Lr8Tn5Wb7"


def masked(kind: Kind, text: str) -> list[str]:
    return list(masked_lines(File("x.yaml", kind, "", {}, text.encode()), harmless_keys()))


PUBLIC = [
    (Kind.SOPS_RULES, "creation_rules:\n", r"  - path_regex: ^configs/.*\.secrets\.yaml$"),
    (Kind.SOPS_RULES, "creation_rules:\n", r"  - path_regex: ^configs\/(prod|acc)\/[^/]+\.yaml$"),
    (Kind.SOPS_RULES, "creation_rules:\n  - path_regex: x\n", f"    age: {KEY}"),
    (Kind.SOPS_RULES, "creation_rules:\n  - path_regex: x\n", f"    age: {KEY},{KEY}"),
    (Kind.SOPS_RULES, "creation_rules:\n  - path_regex: x\n", f"    age: {SSH}"),
    (Kind.SOPS_RULES, "creation_rules:\n  - key_groups:\n    - age:\n", f"      - {KEY}"),
    (Kind.SECRETS, "for: x\nsops:\n  age:\n", f"    - recipient: {KEY}"),
    (Kind.BRANCH, "oauth_servers:\n  crm:\n", "    client_secret: {from_env: CRM_SECRET}"),
    (Kind.BRANCH, "oauth_servers:\n  crm:\n    client_secret:\n", "      from_env: CRM_SECRET_2"),
]


@pytest.mark.parametrize("end", ["", BROKEN], ids=["valid", "broken"])
@pytest.mark.parametrize(("kind", "above", "line"), PUBLIC)
def test_public_value_stays_readable(kind: Kind, above: str, line: str, end: str) -> None:
    assert line in masked(kind, f"{above}{line}\n{end}")


def test_selection_of_sops_and_url_of_a_variable_stay_readable() -> None:
    line = "    encrypted_regex: ^(client_secret|for)$"
    assert line in masked(Kind.SOPS_RULES, f"creation_rules:\n  - path_regex: x\n{line}\n")
    line = "  CRM_SECRET: [https://crm.example.com/oauth/token, https://crm.example.com/revoke]"
    assert line in masked(Kind.POLICY, f"kind: policy\nenv_secrets:\n{line}\n")


@pytest.mark.parametrize("end", ["", BROKEN], ids=["valid", "broken"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.SOPS_RULES, f"creation_rules:\n  - path_regex: x\n    password: {CANARY}\n"),
        (Kind.SOPS_RULES, f"creation_rules:\n  - path_regex: x\n    age: {KEY[:-20]}{CANARY}\n"),
        (Kind.SOPS_RULES, f"creation_rules:\n  - path_regex: x\n    age: AGE-SECRET-KEY-1{CANARY}\n"),
        (Kind.SOPS_RULES, f'creation_rules:\n  - path_regex: "https\\x3a//u:{CANARY}@x"\n'),
        (Kind.SOPS_RULES, f"creation_rules:\n  - path_regex: https:\\/\\/u:{CANARY}@x\n"),
        (Kind.BRANCH, f"oauth_servers:\n  crm:\n    client_secret: {{from_env: {CANARY}}}\n"),
        (Kind.BRANCH, f"oauth_servers:\n  crm:\n    client_secret: {{from_env: {CANARY.upper()}}}\n"),
        (Kind.BRANCH, f"oauth_servers:\n  crm:\n    client_secret:\n      from_env: {CANARY}\n"),
        (Kind.BRANCH, f"oauth_servers:\n  crm:\n    client_secret: {CANARY}\n"),
        (Kind.POLICY, f"kind: policy\nenv_secrets:\n  CRM_SECRET: {CANARY}\n"),
        (Kind.POLICY, f"kind: policy\nenv_secrets:\n  CRM_SECRET: https://u:{CANARY}@crm.example.com/oauth/token\n"),
        (Kind.POLICY, f"kind: policy\nenv_secrets: {CANARY}\n"),
    ],
)
def test_possible_secret_is_hidden(kind: Kind, text: str, end: str) -> None:
    assert CANARY.casefold() not in "\n".join(masked(kind, text + end)).casefold()


def test_secret_with_the_form_of_a_key_is_hidden() -> None:
    text = f"oauth_servers:\n  crm:\n    client_secret: {KEY}\n"
    assert KEY not in "\n".join(masked(Kind.BRANCH, text))


def test_value_without_a_mark_is_not_shown() -> None:
    file = File("x.yaml", Kind.BRANCH, "", {}, b"kind: branch\n")
    document, _ = parse(file)
    assert document
    with pytest.raises(KeyError):
        mask_lines(file, document._replace(marks=Marks({})), frozenset(), [1])
