"""Define a pydantic model for each kind of settings file.

``schema/`` is generated from these models.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from oauthgit.model.formats import sops_ciphertext as ciphertext
from oauthgit.model.formats.reserved_variable import REMEDY, WHY, is_free_variable, reserved_entry, variable_pattern
from oauthgit.model.oauth_server import SERVER_NAME, OAuthServer, Url, UserLogin

ServerName = Annotated[str, Field(pattern=SERVER_NAME)]
Environment = Literal["development", "test", "acceptance", "production"]
SeverityWord = Literal["off", "note", "warning", "error"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Ciphertext = Annotated[str, Field(pattern=ciphertext.PATTERN)]
HostPattern = Annotated[str, Field(min_length=1, max_length=260)]


def _free(name: str) -> str:
    if not is_free_variable(name):
        raise ValueError(f"{reserved_entry(name) or 'this'} cannot be named: {WHY}. {REMEDY}")
    return name


Variable = Annotated[str, AfterValidator(_free), WithJsonSchema({"type": "string", "pattern": variable_pattern()})]

_REDIRECT_URI = Field(
    default=None,
    description="The redirect URI registered at the authorization servers: the extended property OAuthRedirectURI of the platform.",
    examples=["https://insights.example.com/indicium/oauth-callback", "http://localhost/oauth-callback"],
)
_SERVERS = Field(default=None, description="OAuth servers by name; the name is the id in the platform.")
_SOPS = Field(
    default=None, description="Metadata of SOPS, if values in this file are encrypted (better: a secrets file)."
)


_KEYS = ("model", "branch", "name", "application", "server", "redirect_uri")
_NESTED = tuple(f"user_login.{name}" for name in UserLogin.model_fields)
_COLUMN = (
    f"^({'|'.join((*_KEYS, *(name for name in OAuthServer.model_fields if name != 'user_login'), *_NESTED))})$".replace(
        ".", r"\."
    )
)


class FileModel(BaseModel):
    """Base of everything in a settings file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BranchFile(FileModel):
    """Settings of a branch; runtime configurations and IAM applications inherit them."""

    kind: Literal["branch"] = Field(description="This file describes a branch.")
    model: Name = Field(description="The model, as in the file's path.", examples=["INSIGHTS"])
    branch: Name = Field(description="The branch, as in the file's path.", examples=["MAIN"])
    origin: Name | None = Field(
        default=None, description="The branch of the same model to inherit from.", examples=["MAIN"]
    )
    oauth_servers: dict[ServerName, OAuthServer] | None = _SERVERS
    sops: dict[str, Any] | None = _SOPS


class RuntimeConfigurationFile(FileModel):
    """Overrides of a runtime configuration: an environment for development and tests."""

    kind: Literal["runtime_configuration"] = Field(description="This file describes a runtime configuration.")
    model: Name = Field(description="The model, as in the file's path.", examples=["INSIGHTS"])
    branch: Name = Field(description="The branch, as in the file's path.", examples=["MAIN"])
    name: Name = Field(description="The runtime configuration, as in the file's path.", examples=["dev"])
    environment: Environment = Field(
        default="development",
        description="The environment it serves; rules are stricter for production.",
        examples=["test"],
    )
    redirect_uri: Url | None = _REDIRECT_URI
    oauth_servers: dict[ServerName, OAuthServer] | None = _SERVERS
    sops: dict[str, Any] | None = _SOPS


class IamApplicationFile(FileModel):
    """Overrides of an IAM application: the branch, server and database of end users."""

    kind: Literal["iam_application"] = Field(description="This file describes an IAM application.")
    application: Name = Field(description="The application, as in the file's path.", examples=["insights-prod"])
    model: Name = Field(description="The model that the application runs.", examples=["INSIGHTS"])
    branch: Name = Field(description="The branch that the application runs.", examples=["MAIN"])
    environment: Environment = Field(
        description="The environment it serves; rules are stricter for production.", examples=["production"]
    )
    redirect_uri: Url | None = _REDIRECT_URI
    oauth_servers: dict[ServerName, OAuthServer] | None = _SERVERS
    sops: dict[str, Any] | None = _SOPS


class SecretEntry(FileModel):
    """The secret of one OAuth server, and the endpoints it may be sent to."""

    client_secret: Ciphertext = Field(description="The client's secret.")
    send_only_to: Ciphertext | Annotated[list[Ciphertext], Field(min_length=1)] | None = Field(
        default=None,
        description="The token endpoint that the secret was issued for: one URL or a list, compared character by "
        "character. The secret is sent only there, and to a revocation_endpoint or introspection_endpoint that is listed "
        "here, that the target branch states with this token endpoint, or that comes from the catalogue.",
    )


class SecretsFile(FileModel):
    """Secrets of the layer in the same folder, encrypted by SOPS."""

    kind: str = Field(pattern=r"^(secrets|ENC\[AES256_GCM,.*\])$", description="This file holds secrets.")
    for_: Ciphertext = Field(
        alias="for", description="The layer that uses the secrets, such as iam_application/insights-prod."
    )
    oauth_servers: dict[ServerName, SecretEntry] = Field(description="Secrets by OAuth server.")
    sops: dict[str, Any] = Field(description="Metadata written by SOPS.")


class SmokePolicy(FileModel):
    """Limits of a smoke test."""

    timeout: int = Field(default=15, ge=1, le=300, description="Seconds that one request may take in total.")
    concurrency: int = Field(default=64, ge=1, le=512, description="Requests in flight at once.")
    per_host: int = Field(default=4, ge=1, le=64, description="Requests in flight at once to one host.")
    control: bool = Field(
        default=False,
        description="Send a second request with an altered secret, to prove that the server checks the secret.",
    )
    control_requests: int = Field(
        default=4,
        ge=1,
        le=8,
        description="With control, the number of requests that may be sent for one client after the first; a server may "
        "lock a client after a few wrong secrets.",
    )


class SecretsPolicy(FileModel):
    """Requirements on secrets."""

    expiry_window_days: int = Field(
        default=30, ge=0, le=3650, description="Report a secret this many days before it expires."
    )
    key_types: list[Literal["age", "age-plugin", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault"]] = Field(
        default=["age", "pgp"],
        description="Key types that a secrets file may name; types other than age and pgp call servers or start programs.",
    )


class PlatformPolicy(FileModel):
    """Properties of the tables that are exported from the platform."""

    columns: dict[Annotated[str, Field(pattern=_COLUMN)], Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default={},
        description="Headers of an exported table by the setting or key that the column holds, for headers that are not known "
        "by themselves. A header with a meaning of its own keeps it.",
        examples=[{"client_id": "App ID", "application": "Portal"}],
    )


class SeverityByEnvironment(FileModel):
    """A severity for each environment, and one for all others."""

    development: SeverityWord | None = Field(default=None, description="Severity in development.")
    test: SeverityWord | None = Field(default=None, description="Severity in test.")
    acceptance: SeverityWord | None = Field(default=None, description="Severity in acceptance.")
    production: SeverityWord | None = Field(default=None, description="Severity in production.")
    default: SeverityWord | None = Field(default=None, description="Severity in all other environments.")


class PolicyFile(FileModel):
    """The policy: the hosts that secrets may be sent to, and the severity of rules."""

    kind: Literal["policy"] = Field(description="This file is the policy.")
    trusted_hosts: list[HostPattern] = Field(
        default=[],
        description="Hosts that secrets may be sent to: a name, or '*.' and a name for all its subdomains; with a port "
        "if it is not 443.",
        examples=[["login.microsoftonline.com", "*.example.okta.com", "localhost:9443"]],
    )
    networks: list[str] = Field(
        default=[], description="Non-public networks that a smoke test may connect to.", examples=[["127.0.0.0/8"]]
    )
    http_hosts: list[HostPattern] = Field(
        default=[], description="Hosts that may be used with http, outside production.", examples=[["localhost"]]
    )
    delegated_branches: list[Name] = Field(
        default=[],
        description="Branches, in addition to the default branch, whose own trust settings are used for their builds and "
        "for changes to them; * matches any part of a segment. Only the default branch's list is used.",
        examples=[["develop", "release/*"]],
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        description="An extra certificate authority in PEM, relative to this file.",
        examples=["ci/test-ca.pem"],
    )
    proxy: Url | None = Field(
        default=None,
        description="A proxy for smoke tests; proxies in environment variables are ignored.",
        examples=["http://proxy.example.com:3128"],
    )
    rules: dict[Annotated[str, Field(pattern="^OG[0-9]{3}$")], SeverityWord | SeverityByEnvironment] = Field(
        default={},
        description="Severity of a rule, or one for each environment.",
        examples=[{"OG301": "off", "OG435": {"production": "warning", "default": "off"}}],
    )
    smoke: SmokePolicy = Field(default=SmokePolicy(), description="Limits of a smoke test.")
    platform: PlatformPolicy = Field(default=PlatformPolicy(), description="Properties of exported tables.")
    secrets: SecretsPolicy = Field(default=SecretsPolicy(), description="Requirements on secrets.")
    env_secrets: dict[Variable, Url | Annotated[list[Url], Field(min_length=1)]] = Field(
        default={},
        description="URLs that the secret in an environment variable may be sent to: its token endpoint, or a list of "
        "token endpoint, revocation_endpoint and introspection_endpoint. Names of variables with credentials of CI "
        "systems and key services are reserved (OG523).",
        examples=[{"CRM_SECRET": "https://crm.example.com/oauth/token"}],
    )
