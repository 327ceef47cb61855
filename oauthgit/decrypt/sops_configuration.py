"""Generate configurations of sops.

One encrypts for checked readers, the other finds the creation rule that applies.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from oauthgit.model.formats.sops_creation_rule import CreationRule

_NO_RECIPIENT: Final = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x"
"""A recipient for worthless values: the base point of Curve25519."""

_CREDENTIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "hc_vault": ("VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT", "VAULT_CAPATH"),
    "kms": (
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
        *(
            "AWS_PROFILE",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ),
        *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CA_BUNDLE"),
    ),
    "gcp_kms": ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"),
    "azure_kv": (
        *("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"),
        *("AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST"),
    ),
}
"""Environment variables with the credentials of a key service, by the type of its keys.

Encryption with age and pgp needs public keys only.
"""


def configuration_for(rule: CreationRule) -> bytes:
    """Return the configuration that encrypts for the readers of ``rule``.

    It applies to a file of any name. All values and comments are encrypted. The ``selection`` of the rule
    (``encrypted_regex`` and the like) is left out, because with it sops would write encrypted values as plain text.
    """
    threshold = {"shamir_threshold": rule.readers.threshold} if len(rule.groups) > 1 else {}
    return _dump([{"key_groups": list(rule.groups), **threshold}])


def trial_of(rules: Sequence[CreationRule]) -> bytes:
    """Return a configuration in which each of ``rules`` adds its number to the output.

    It contains the patterns of the rules.
    """
    return _dump(
        [
            ({"path_regex": rule.path_regex} if rule.path_regex is not None else {})
            | {"age": _NO_RECIPIENT, "encrypted_suffix": f"_{number}"}
            for number, rule in enumerate(rules)
        ]
    )


def find_tried_rule(output: bytes, rules: Sequence[CreationRule]) -> CreationRule | None:
    """Return the rule whose number is in the output of sops, or None.

    The output is JSON, encrypted with the configuration of :func:`trial_of`.
    """
    try:
        mark = json.loads(output)["sops"]["encrypted_suffix"]
    except (ValueError, KeyError, TypeError):
        return None
    return next((rule for number, rule in enumerate(rules) if mark == f"_{number}"), None)


def credentials_for(rule: CreationRule, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables in ``environment`` that the key services of ``rule`` need."""
    names = [name for kind in {key.type for key in rule.readers.keys} for name in _CREDENTIALS.get(kind, ())]
    return {name: environment[name] for name in names if environment.get(name)}


def _dump(rules: list[dict[str, Any]]) -> bytes:
    """Return a configuration as JSON, which is unambiguous YAML."""
    return json.dumps({"creation_rules": rules}, ensure_ascii=True).encode()
