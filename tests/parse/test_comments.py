"""Secrets in comments: found at their place, and quoted nowhere."""

import pytest

from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse

CANARY = "kV3x9Qm2Lr8Tn5Wb7"
CIPHERTEXT = "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]"


def found(text: str, kind: Kind) -> list[tuple[str, int, int]]:
    document, findings = parse(File("configs/a.yaml", kind, "branch/M/MAIN", {}, text.encode()))
    assert document is not None
    assert CANARY not in repr(findings) + repr(document)
    return [(one.code, one.location.line, one.location.column) for one in findings]


@pytest.mark.parametrize(
    "comment",
    [
        f"# client_secret: {CANARY}",
        f"#client-secret={CANARY}",
        f'# "Client Secret": "{CANARY}"',
        f"# old: clientSecret = '{CANARY}' (until May)",
    ],
)
@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.IAM_APPLICATION, Kind.SECRETS])
def test_secret_in_a_comment_is_found(comment: str, kind: Kind) -> None:
    assert found(f"kind: branch\n{comment}\n", kind) == [("OG501", 2, 1)]
    assert found(f"kind: branch  {comment}\n", kind) == [("OG501", 1, 15)]


@pytest.mark.parametrize(
    "line",
    [
        "# the client_secret lies in the vault of the team",
        "# client_secret: {from_env: CRM_SECRET}",
        "# client_secret: <from the vault>",
        f"# client_secret: {CIPHERTEXT}",
        "# client_secret: ...",
        "note: '# client_secret: in quotes it is a value'",
        "a#client_secret: no comment",
    ],
)
def test_comment_that_only_mentions_a_secret_is_ignored(line: str) -> None:
    assert found(f"kind: branch\n{line}\n", Kind.BRANCH) == []


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# ask Anna for the key", [("OG509", 2, 1)]),
        ("#ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:comment]", []),
        ("# yaml-language-server: $schema=../schema/secrets.schema.json", []),
        ("#", []),
        ("# ------", []),
    ],
)
def test_comments_of_a_secrets_file_must_be_encrypted(comment: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(f"kind: secrets\n{comment}\nfor: {CIPHERTEXT}\n", Kind.SECRETS) == expected


def test_comments_of_a_policy_are_not_checked() -> None:
    assert found(f"kind: policy\n# client_secret: {CANARY}\n", Kind.POLICY) == []
