"""The catalogue's entries: what is known of a provider, each fact once, each with its source."""

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


class PartOfServer:
    """The type of settings of an OAuth server of which any may be missing, as a layer states them."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe an OAuth server."""
        return handler(OAuthServer.__pydantic_core_schema__)


SomeSettings = Annotated[dict[str, Any], PartOfServer]


class Entry(BaseModel):
    """A part of an entry: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderError(Entry):
    """One of a provider's error codes."""

    means: Meaning = Field(description="The code of RFC 6749 that it stands for, or wrong_endpoint.")
    says: str = Field(default="", description="What it says, as the end of a sentence; empty where the meaning does.")
    remedy: str = Field(default="", description="What to do here, where that is more than the meaning tells.")
    setting: Literal["client_id", "client_secret", "token_endpoint", "scopes", "redirect_uri"] | None = Field(
        default=None, description="The setting that is wrong, where it is not the one that the meaning names."
    )
    unverified: bool = Field(default=False, description="Rests on a weak source: it may explain, but prove nothing.")


class RefreshToken(Entry):
    """How a refresh token is asked for."""

    by: Literal["always", "scope", "parameter", "never"] = Field(
        description="Given always, for a scope, for a parameter of the authorization endpoint, or never."
    )
    scope: str | None = Field(default=None, description="The scope that asks for it.")
    parameter: str | None = Field(default=None, description="The parameter that asks for it, as access_type=offline.")


class Provider(Entry):
    """A catalogue entry: what is known of a provider, with sources."""

    kind: Literal["provider"] = Field(description="This file describes a provider.")
    provider: Annotated[str, Field(pattern=SERVER_NAME)] = Field(
        description="The id that a layer's provider setting names."
    )
    title: str = Field(description="The name that people use.")
    sources: list[str] = Field(min_length=1, description="Where the facts come from.")
    oauth_server: SomeSettings = Field(description="Settings that the entry fills in, below every layer.")
    hosts: list[Annotated[str, Field(min_length=1, max_length=260)]] = Field(
        default=[],
        description="Hosts of token endpoints by which the provider is recognised: a name, or '*.' and what it ends in.",
    )
    token_path: str | None = Field(
        default=None, description="How a token endpoint's path ends, where the hosts are everybody's own."
    )
    endpoints: dict[Literal["issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint"], str] = Field(
        default={}, description="Templates of endpoints that differ, with <placeholders>."
    )
    deprecated: dict[str, str] = Field(
        default={},
        description="Endpoints out of date, as templates, and what stands in their place; a place keeps what it holds.",
    )
    redirect_hosts_refused: list[str] = Field(
        default=[], description="Hosts that the provider takes in no redirect URI, such as localhost."
    )
    example: SomeSettings = Field(description="What a layer says of an idiomatic, healthy server.")
    token_endpoint_auth_methods: list[TokenEndpointAuthMethod] = Field(
        default=[], description="Ways of authentication that work; empty where that is not known."
    )
    grant_types: list[GrantType] = Field(
        default=[], description="Grants that the provider offers; empty where not known."
    )
    pkce: Literal["required", "supported", "unsupported", "unknown"] = Field(
        default="unknown", description="Whether PKCE (RFC 7636) is taken from a client with a secret."
    )
    code_challenge_methods: list[Literal["S256", "plain"]] = Field(default=[], description="Methods of PKCE taken.")
    prompts: list[Prompt] | None = Field(
        default=None, description="Values of prompt that the provider knows; null where that is not known."
    )
    refresh_token: RefreshToken | None = Field(default=None, description="How a refresh token is asked for.")
    scope_separator: Literal["space", "comma"] = Field(
        default="space", description="What stands between scopes in a request."
    )
    made_up_code: Literal["discriminates", "proves_nothing", "unverified", "unknown"] = Field(
        default="unknown",
        description="Whether the answer to a made-up authorization code tells a right secret from a wrong one: it does, "
        "it does not, sources leave it open, or it is as RFC 6749 says.",
    )
    authorization_request: Literal["proves_nothing", "unknown"] = Field(
        default="unknown", description="Whether the authorization endpoint's answer without a login proves anything."
    )
    errors: dict[str, ProviderError] = Field(default={}, description="The provider's own error codes.")
    client_id_format: str | None = Field(default=None, description="Pattern of a client id; never an error.")
    client_secret_format: str | None = Field(default=None, description="Pattern of a secret; never an error.")
    secret_lifetime_days: int | None = Field(default=None, ge=1, description="How long a secret lasts at most.")
    unverified: list[Fact] = Field(
        default=[], description="Facts of this entry that rest on a weak source: no error is ever built on them."
    )
    notes: list[str] = Field(default=[], description="What a person should know.")


def provider_of(entry: Mapping[str, Any] | None) -> Provider | None:
    """Return the typed view of a catalogue entry as plain data; of None, None."""
    return None if entry is None else Provider.model_validate(entry)
