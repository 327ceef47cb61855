"""Open one secret for a person, under the rules of a smoke test."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.errors import UsageError
from oauthgit.model.project import Project
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.pipeline.operations.secret_pins import server_of
from oauthgit.pipeline.operations.write_secret import file_to_pin, open_vault


class OpenedSecret(NamedTuple):
    """Hold a secret, the client and the token endpoint that it is for, and a doubt.

    ``doubt`` is the reason why a smoke test would not send the secret there, or empty.
    """

    secret: Secret
    client_id: str
    endpoint: str
    doubt: str


def open_secret(project: Project, settings: Settings, server: str, environment: Mapping[str, str]) -> OpenedSecret:
    """Return the secret of a server, which is pinned to its effective token endpoint.

    ``project`` has the trust settings that apply.

    Raises:
        SecretsUnavailableError: The file cannot be decrypted.
        UsageError: There is no such secret, the settings have errors, or the secret belongs to another endpoint.

    """
    from oauthgit.probe import gate

    data = server_of(settings, server)
    if settings.target in project.blocked:
        raise UsageError(
            f"{project.blocked[settings.target]} in {settings.target}, so the endpoint of the secret is not certain; run "
            "oauthgit validate to see the errors"
        )
    if not data.get("token_endpoint"):
        raise UsageError(
            f"{server} has no token_endpoint in {settings.target}, so it is not certain where its secret goes"
        )
    reference = data.get("client_secret")
    if isinstance(reference, SecretReference) and reference.state == "from_env":
        raise UsageError(
            f"the secret of {server} in {settings.target} comes from the environment variable {reference.name}; the store of "
            "that variable can show it"
        )
    is_encrypted = isinstance(reference, SecretReference) and reference.state == "encrypted"
    vault = open_vault(project, file_to_pin(project, settings, server), environment) if is_encrypted else Vault({})
    entry = gate.check(settings, server, vault, sandbox=True)  # the rules about hosts are asked below
    if not isinstance(entry, VaultEntry):
        raise UsageError(f"{entry.reason}. {entry.remedy}")
    endpoint = data["token_endpoint"]
    doubt = gate.explain_closed(endpoint, settings.policy, settings.environment, sandbox=False)
    return OpenedSecret(entry.secret, str(data.get("client_id", "")), endpoint, doubt)
