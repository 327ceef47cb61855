"""The settings of an OAuth server: each defined once, here. Schemas, defaults and documentation are generated from this."""

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from oauthgit.model.formats import sops_ciphertext as ciphertext
from oauthgit.model.formats.reserved_variable import variable_pattern
from oauthgit.model.settings import SecretReference, Settings

SERVER_NAME = r"^[a-z][a-z0-9_]*$"

Url = Annotated[
    str,
    Field(min_length=1, max_length=2048),
    WithJsonSchema({"type": "string", "format": "uri", "minLength": 1, "maxLength": 2048}),
]
ScopeToken = Annotated[str, Field(min_length=1, max_length=1024)]
GrantType = Literal["client_credentials", "authorization_code", "refresh_token"]
TokenEndpointAuthMethod = Literal["client_secret_post", "client_secret_basic"]
Prompt = Literal["consent", "login", "select_account", "none"]


def _platform(label: str) -> JsonDict:
    return {"x-platform-label": label}


def _date(value: object) -> object:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


ClientSecret = Annotated[
    SecretReference,
    WithJsonSchema(
        {
            "type": ["object", "string"],
            "properties": {
                "from_env": {
                    "type": "string",
                    "pattern": variable_pattern(),
                    "description": "The environment variable that holds the secret when a smoke test runs. Names that hold credentials of CI systems and key services are reserved (OG523).",
                    "examples": ["CRM_SECRET"],
                }
            },
            "required": ["from_env"],
            "additionalProperties": False,
            "pattern": ciphertext.PATTERN,
        }
    ),
]
"""A reference, never a text; its schema describes what a layer states: the name of a variable, or ciphertext."""


class UserLogin(BaseModel):
    """How the user login connector sends a user to the authorization endpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_refresh_token: bool = Field(
        default=False,
        description="Ask for a refresh token, so that the user need not log in again when the access token ends.",
        examples=[True],
        json_schema_extra=_platform("Request refresh token"),
    )
    prompt: Prompt | None = Field(
        default=None,
        description="What the server shows the user (OpenID Connect Core section 3.1.2.1); not sent where it is not set.",
        examples=["login"],
        json_schema_extra=_platform("Prompt"),
    )


class OAuthServer(BaseModel):
    """One authorization server as a client sees it: names as in RFC 7591, RFC 8414 and OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str | None = Field(
        default=None,
        pattern=SERVER_NAME,
        description="Catalogue entry that fills endpoints and knows the provider's quirks; see oauthgit providers.",
        examples=["exact_online"],
    )
    issuer: Url | None = Field(
        default=None,
        description="The server's issuer identifier (RFC 8414 section 2), for cross-checks with its metadata.",
        examples=["https://accounts.google.com"],
    )
    authorization_endpoint: Url | None = Field(
        default=None,
        description="Where a user is sent to log in and consent; required where authorization_code is used. It may carry a query.",
        examples=["https://start.exactonline.nl/api/oauth2/auth"],
        json_schema_extra=_platform("Authorization endpoint"),
    )
    token_endpoint: Url = Field(
        description="Where tokens are issued; the client's secret is sent here.",
        examples=["https://start.exactonline.nl/api/oauth2/token"],
        json_schema_extra=_platform("Token endpoint"),
    )
    revocation_endpoint: Url | None = Field(
        default=None,
        description="Where tokens are revoked (RFC 7009); smoke tests clean up with it. The client's secret goes along, so "
        "it is used only if send_only_to lists it, the target branch states it, or it comes from the catalogue.",
        examples=["https://oauth2.googleapis.com/revoke"],
    )
    introspection_endpoint: Url | None = Field(
        default=None,
        description="Where a token is looked into (RFC 7662); smoke tests check scopes with it. The client's secret goes "
        "along, so it is used only if send_only_to lists it, the target branch states it, or it comes from the catalogue.",
        examples=["https://login.example.com/oauth/introspect"],
    )
    client_id: str = Field(
        min_length=1,
        max_length=1024,
        description="The client identifier that the authorization server issued.",
        examples=["5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11"],
        json_schema_extra=_platform("Client"),
    )
    client_secret: ClientSecret | None = Field(
        default=None,
        description="The client's secret: in the secrets file beside the layer, or the name of an environment variable. Never plain text.",
        examples=[{"from_env": "CRM_SECRET"}],
        json_schema_extra=_platform("Client secret"),
    )
    client_secret_expires_on: Annotated[datetime.date, BeforeValidator(_date)] | None = Field(
        default=None,
        description="The day on which the secret stops working; oauthgit announces it before it bites.",
        examples=["2027-06-30"],
    )
    token_endpoint_auth_method: TokenEndpointAuthMethod = Field(
        default="client_secret_post",
        description="How the client authenticates at the token endpoint: in the request body, or as Basic Auth header (RFC 6749 section 2.3.1).",
        examples=["client_secret_basic"],
        json_schema_extra=_platform("Send client credentials"),
    )
    require_pkce: bool = Field(
        default=True,
        description="Use PKCE (RFC 7636) in the user login; switch it off only where the server cannot do it, with a reason.",
        examples=[True],
        json_schema_extra=_platform("Require PKCE"),
    )
    grant_types: list[GrantType] = Field(
        min_length=1,
        description="Which connectors use the server: client_credentials (server login), authorization_code (user login), refresh_token.",
        examples=[["authorization_code", "refresh_token"]],
        json_schema_extra={"uniqueItems": True},
    )
    scopes: list[ScopeToken] = Field(
        default=[],
        description="Scope tokens to ask for (RFC 6749 section 3.3); an override replaces the whole list.",
        examples=[["api.read", "api.write"]],
        json_schema_extra=_platform("Scope"),
    )
    user_login: UserLogin = Field(
        default=UserLogin(),
        description="Options of the user login connector.",
        examples=[{"request_refresh_token": True, "prompt": "login"}],
    )


def oauth_server(settings: Settings, name: str) -> OAuthServer:
    """Return the typed view of one server of a target; pydantic's ValidationError where it is not complete."""
    return OAuthServer.model_validate(settings.servers[name])
