"""Configurations of our own for sops: one that encrypts for checked readers, and one that tells which rule applies."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from oauthgit.model.formats.sops_creation_rule import CreationRule

_NOBODY: Final = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x"
"""A recipient for values that are worth nothing: the base point of Curve25519."""

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
"""What a key service asks for, by the type of its keys; age and pgp encrypt with public halves alone."""


def configuration_for(rule: CreationRule) -> bytes:
    """Return the configuration that encrypts for the readers of ``rule`` whatever the file is called.

    All values and comments are encrypted, always: the ``selection`` of the rule (``encrypted_regex`` and the like) is left
    out, for it would put into plain text what was encrypted before.
    """
    threshold = {"shamir_threshold": rule.readers.threshold} if len(rule.groups) > 1 else {}
    return _dumped([{"key_groups": list(rule.groups), **threshold}])


def trial_of(rules: Sequence[CreationRule]) -> bytes:
    """Return a configuration with the patterns of ``rules``, in which each leaves a mark of its own: its number."""
    return _dumped(
        [
            ({"path_regex": rule.path_regex} if rule.path_regex is not None else {})
            | {"age": _NOBODY, "encrypted_suffix": f"_{number}"}
            for number, rule in enumerate(rules)
        ]
    )


def rule_tried(output: bytes, rules: Sequence[CreationRule]) -> CreationRule | None:
    """Return the rule that left its mark on a file, in JSON, that sops made by :func:`trial_of`."""
    try:
        mark = json.loads(output)["sops"]["encrypted_suffix"]
    except (ValueError, KeyError, TypeError):
        return None
    return next((rule for number, rule in enumerate(rules) if mark == f"_{number}"), None)


def credentials_for(rule: CreationRule, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the key services of ``rule`` need, of those in ``environment``."""
    names = [name for kind in {key.type for key in rule.readers.keys} for name in _CREDENTIALS.get(kind, ())]
    return {name: environment[name] for name in names if environment.get(name)}


def _dumped(rules: list[dict[str, Any]]) -> bytes:
    """Return a configuration as JSON, which is YAML without a choice of readings."""
    return json.dumps({"creation_rules": rules}, ensure_ascii=True).encode()
