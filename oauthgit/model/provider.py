"""Define the entries of the provider catalogue: each fact once, with its source."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from oauthgit.model.oauth_server import SERVER_NAME, GrantType, OAuthServer, Prompt, TokenEndpointAuthMethod

Meaning = Literal[
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_request",
    "unauthorized_client",
    "unsupported_grant_type",
    "wrong_endpoint",
]
Fact = Literal[
    "token_endpoint_auth_methods",
    "grant_types",
    "pkce",
    "code_challenge_methods",
    "prompts",
    "refresh_token",
    "scope_separator",
    "made_up_code",
    "authorization_request",
    "client_id_format",
    "client_secret_format",
    "secret_lifetime_days",
]
MetadataName = Literal["jwks_uri", "introspection_endpoint", "device_authorization_endpoint", "check_session_iframe"]


class PartOfServer:
    """Describe partial settings of an OAuth server, as in a layer."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe an OAuth server."""
        return handler(OAuthServer.__pydantic_core_schema__)


SomeSettings = Annotated[dict[str, Any], PartOfServer]


class Entry(BaseModel):
    """Base of the parts of an entry: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderError(Entry):
    """One of a provider's error codes."""

    means: Meaning = Field(description="The code of RFC 6749 with the same meaning, or wrong_endpoint.")
    says: str = Field(default="", description="Its meaning, as the end of a sentence; empty if means is enough.")
    remedy: str = Field(default="", description="The advice, if it differs from that for the meaning.")
    setting: Literal["client_id", "client_secret", "token_endpoint", "scopes", "redirect_uri"] | None = Field(
        default=None, description="The setting that is wrong, if it is not the usual one of the meaning."
    )
    unverified: bool = Field(
        default=False, description="Based on a weak source: it may explain an answer, but proves nothing."
    )


class RefreshToken(Entry):
    """The way to request a refresh token."""

    by: Literal["always", "scope", "parameter", "never"] = Field(
        description="Issued always, for a scope, for a parameter of the authorization endpoint, or never."
    )
    scope: str | None = Field(default=None, description="The scope that requests it.")
    parameter: str | None = Field(
        default=None, description="The parameter that requests it, such as access_type=offline."
    )


class Provider(Entry):
    """A catalogue entry: facts about a provider, with sources."""

    kind: Literal["provider"] = Field(description="This file describes a provider.")
    provider: Annotated[str, Field(pattern=SERVER_NAME)] = Field(
        description="The id that a layer's provider setting names."
    )
    title: str = Field(description="The name that people use.")
    sources: list[str] = Field(min_length=1, description="The sources of the facts.")
    oauth_server: SomeSettings = Field(description="Settings that the entry sets; every layer overrides them.")
    hosts: list[Annotated[str, Field(min_length=1, max_length=260)]] = Field(
        default=[],
        description="Hosts of token endpoints that identify the provider: a name, or '*.' and the end of a name.",
    )
    token_paths: list[Annotated[str, Field(pattern=r"^/.")]] = Field(
        default=[], description="Ends of a token endpoint's path, if every customer has its own host."
    )
    metadata: dict[MetadataName, Annotated[str, Field(pattern=r"^/.")]] = Field(
        default={},
        description="Ends of the paths of URLs in an issuer's metadata that identify the software.",
    )
    endpoints: dict[Literal["issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint"], str] = Field(
        default={}, description="Templates of endpoints that differ between customers, with <placeholders>."
    )
    deprecated: dict[str, str] = Field(
        default={},
        description="Outdated endpoints and their replacements, as templates; a placeholder keeps its value.",
    )
    redirect_hosts_refused: list[str] = Field(
        default=[], description="Hosts that the provider rejects in redirect URIs, such as localhost."
    )
    example: SomeSettings = Field(description="The settings of a typical, valid server in a layer.")
    token_endpoint_auth_methods: list[TokenEndpointAuthMethod] = Field(
        default=[], description="Authentication methods that work; empty if unknown."
    )
    grant_types: list[GrantType] = Field(default=[], description="Grants that the provider offers; empty if unknown.")
    pkce: Literal["required", "supported", "unsupported", "unknown"] = Field(
        default="unknown", description="Support of PKCE (RFC 7636) for clients with a secret."
    )
    code_challenge_methods: list[Literal["S256", "plain"]] = Field(
        default=[], description="PKCE methods that are accepted."
    )
    prompts: list[Prompt] | None = Field(
        default=None, description="Values of prompt that the provider supports; null if unknown."
    )
    refresh_token: RefreshToken | None = Field(default=None, description="The way to request a refresh token.")
    scope_separator: Literal["space", "comma"] = Field(
        default="space", description="The separator of scopes in a request."
    )
    made_up_code: Literal["discriminates", "proves_nothing", "unverified", "unknown"] = Field(
        default="unknown",
        description="Use of a dummy authorization code: the answer distinguishes a right secret from a wrong one "
        "(discriminates), it does not (proves_nothing), sources do not settle it (unverified), or it is as RFC 6749 "
        "requires (unknown).",
    )
    authorization_request: Literal["proves_nothing", "unknown"] = Field(
        default="unknown", description="Value of the authorization endpoint's answer without a login, as proof."
    )
    errors: dict[str, ProviderError] = Field(default={}, description="The provider's own error codes.")
    client_id_format: str | None = Field(default=None, description="Pattern of a client id; never an error.")
    client_secret_format: str | None = Field(default=None, description="Pattern of a secret; never an error.")
    secret_lifetime_days: int | None = Field(default=None, ge=1, description="The maximum lifetime of a secret.")
    unverified: list[Fact] = Field(
        default=[], description="Facts of this entry with a weak source: they never cause an error."
    )
    notes: list[str] = Field(default=[], description="Notes for people.")


def provider_of(entry: Mapping[str, Any] | None) -> Provider | None:
    """Return the typed view of a catalogue entry as plain data, or None for None."""
    return None if entry is None else Provider.model_validate(entry)
