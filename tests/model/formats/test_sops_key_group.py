"""Key groups of .sops.yaml: every kind of key, in both spellings, and what SOPS cannot use."""

from typing import Any

import pytest

from oauthgit.model.formats.sops_key_group import GroupError, group_of_mapping, group_of_rule

ARN = "arn:aws:kms:eu-west-1:1:key/a"
ROLE = "arn:aws:iam::1:role/b"
VAULT = "https://vault.example.com/v1/transit/keys/demo"
AZURE = "https://v.vault.azure.net/keys/k"


@pytest.mark.parametrize(
    ("rule", "stated"),
    [
        ({"age": "age1a, age1b"}, {"age": ["age1a", "age1b"]}),
        ({"age": ["age1a,age1b", " "]}, {"age": ["age1a", "age1b"]}),
        ({"pgp": "AB12"}, {"pgp": ["AB12"]}),
        ({"kms": f"{ARN}+{ROLE}", "aws_profile": "p"}, {"kms": [{"arn": ARN, "role": ROLE, "aws_profile": "p"}]}),
        ({"kms": ARN}, {"kms": [{"arn": ARN}]}),
        ({"gcp_kms": "projects/p"}, {"gcp_kms": [{"resource_id": "projects/p"}]}),
        ({"hckms": "tr-tr:k"}, {"hckms": [{"key_id": "tr-tr:k"}]}),
        (
            {"azure_keyvault": f"{AZURE}/1,{AZURE}"},
            {
                "azure_keyvault": [
                    {"vaultUrl": "https://v.vault.azure.net", "key": "k", "version": "1"},
                    {"vaultUrl": "https://v.vault.azure.net", "key": "k"},
                ]
            },
        ),
        ({"hc_vault_transit_uri": VAULT}, {"hc_vault": [VAULT]}),
    ],
)
def test_rule_gives_the_group_that_states_the_same(rule: dict[str, Any], stated: dict[str, Any]) -> None:
    group = group_of_rule(rule)
    assert group.stated == stated
    assert group_of_mapping(group.stated).keys == group.keys
    assert len(set(group.keys)) == sum(map(len, stated.values()))


def test_merged_groups_come_first() -> None:
    group = group_of_mapping({"age": ["age1a"], "merge": [{"age": ["age1b"]}, {"pgp": ["AB12"]}]})
    assert group.stated == {"age": ["age1b", "age1a"], "pgp": ["AB12"]}


def nested(depth: int) -> dict[str, Any]:
    return {"age": ["age1a"]} if depth == 0 else {"merge": [nested(depth - 1)]}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("age1a", "not a mapping"),
        (nested(9), "too deeply"),
        ({"age": "age1a"}, "age is not a list"),
        ({"age": [1]}, "not a string"),
        ({"kms": ["x"]}, "not a mapping"),
        ({"kms": [{"role": ROLE}]}, "kms has no arn"),
        ({"kms": [{"arn": 1}]}, "not a string"),
        ({"kms": [{"arn": ARN, "context": {"a": 1}}]}, "not a string"),
        ({"hc_vault": ["https://vault.example.com/demo"]}, "address of Vault"),
    ],
)
def test_group_that_sops_cannot_use_is_an_error(stated: object, words: str) -> None:
    with pytest.raises(GroupError, match=words):
        group_of_mapping(stated)


def test_azure_key_without_its_path_is_an_error() -> None:
    with pytest.raises(GroupError, match="key of Azure"):
        group_of_rule({"azure_keyvault": "https://v.vault.azure.net/k"})
