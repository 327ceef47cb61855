"""Define each setting of an OAuth server, once.

Schemas, defaults and documentation are generated from this module.
"""

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
                    "description": "The environment variable with the secret for smoke tests. Names of variables with credentials of CI systems and key services are reserved (OG523).",
                    "examples": ["CRM_SECRET"],
                }
            },
            "required": ["from_env"],
            "additionalProperties": False,
            "pattern": ciphertext.PATTERN,
        }
    ),
]
"""A reference, never a text; its schema describes the value in a layer: the name of a variable, or ciphertext."""


class UserLogin(BaseModel):
    """Options of the user login connector for requests to the authorization endpoint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_refresh_token: bool = Field(
        default=False,
        description="Request a refresh token, so that the user need not log in again when the access token expires.",
        examples=[True],
        json_schema_extra=_platform("Request refresh token"),
    )
    prompt: Prompt | None = Field(
        default=None,
        description="The page that the server shows the user (OpenID Connect Core section 3.1.2.1); not sent if not set.",
        examples=["login"],
        json_schema_extra=_platform("Prompt"),
    )


class OAuthServer(BaseModel):
    """An authorization server, in the terms of RFC 7591, RFC 8414 and OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str | None = Field(
        default=None,
        pattern=SERVER_NAME,
        description="Catalogue entry that sets endpoints and describes the provider's peculiarities; see oauthgit providers.",
        examples=["exact_online"],
    )
    issuer: Url | None = Field(
        default=None,
        description="The server's issuer identifier (RFC 8414 section 2); its metadata is compared with the settings.",
        examples=["https://accounts.google.com"],
    )
    authorization_endpoint: Url | None = Field(
        default=None,
        description="The URL that a user is sent to for login and consent; required if authorization_code is used. It may have a query.",
        examples=["https://start.exactonline.nl/api/oauth2/auth"],
        json_schema_extra=_platform("Authorization endpoint"),
    )
    token_endpoint: Url = Field(
        description="The URL that issues tokens; the client's secret is sent here.",
        examples=["https://start.exactonline.nl/api/oauth2/token"],
        json_schema_extra=_platform("Token endpoint"),
    )
    revocation_endpoint: Url | None = Field(
        default=None,
        description="The URL that revokes tokens (RFC 7009); smoke tests revoke their tokens there. The client's secret is "
        "sent too, so it is used only if send_only_to lists it, the target branch states it, or it comes from the catalogue.",
        examples=["https://oauth2.googleapis.com/revoke"],
    )
    introspection_endpoint: Url | None = Field(
        default=None,
        description="The URL that describes a token (RFC 7662); smoke tests check scopes with it. The client's secret is "
        "sent too, so it is used only if send_only_to lists it, the target branch states it, or it comes from the catalogue.",
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
        description="The client's secret: in the secrets file next to the layer, or the name of an environment variable. Never plain text.",
        examples=[{"from_env": "CRM_SECRET"}],
        json_schema_extra=_platform("Client secret"),
    )
    client_secret_expires_on: Annotated[datetime.date, BeforeValidator(_date)] | None = Field(
        default=None,
        description="The day on which the secret expires; oauthgit reports it some days before.",
        examples=["2027-06-30"],
    )
    token_endpoint_auth_method: TokenEndpointAuthMethod = Field(
        default="client_secret_post",
        description="The client's authentication at the token endpoint: in the request body, or in a Basic Auth header (RFC 6749 section 2.3.1).",
        examples=["client_secret_basic"],
        json_schema_extra=_platform("Send client credentials"),
    )
    require_pkce: bool = Field(
        default=True,
        description="Use PKCE (RFC 7636) in the user login; turn it off only if the server does not support it, and give a reason.",
        examples=[True],
        json_schema_extra=_platform("Require PKCE"),
    )
    grant_types: list[GrantType] = Field(
        min_length=1,
        description="The grants of the connectors that use the server: client_credentials (server login), authorization_code (user login), refresh_token.",
        examples=[["authorization_code", "refresh_token"]],
        json_schema_extra={"uniqueItems": True},
    )
    scopes: list[ScopeToken] = Field(
        default=[],
        description="Scope tokens to request (RFC 6749 section 3.3); an override replaces the whole list.",
        examples=[["api.read", "api.write"]],
        json_schema_extra=_platform("Scope"),
    )
    user_login: UserLogin = Field(
        default=UserLogin(),
        description="Options of the user login connector.",
        examples=[{"request_refresh_token": True, "prompt": "login"}],
    )


def oauth_server(settings: Settings, name: str) -> OAuthServer:
    """Return the typed view of one server of a target.

    Raises:
        pydantic.ValidationError: The server is incomplete.
    """
    return OAuthServer.model_validate(settings.servers[name])
