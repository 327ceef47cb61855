"""Credentials and the answers of token endpoints, without any network."""

import json
from typing import Any

from oauthgit.model.credential import Credential
from oauthgit.model.provider import Provider
from oauthgit.model.secret import Secret
from oauthgit.probe.answer import Answer

SERVICE = Credential(
    token_endpoint="https://crm.example.com/token",
    client_id="client",
    secret=Secret("s3cr et&é"),
    token_endpoint_auth_method="client_secret_post",
    grant="client_credentials",
    scopes=("api.read",),
    redirect_uri="http://localhost/oauth-callback",
    require_pkce=True,
    users=(),
)
LOGIN = SERVICE._replace(grant="authorization_code", scopes=())
HOST = "crm.example.com"
ENTRY = {"kind": "provider", "provider": "p", "title": "P", "sources": ["s"], "oauth_server": {}, "example": {}}
TOKEN = {"access_token": "t", "token_type": "Bearer", "expires_in": 60, "scope": "api.read"}
JSON, FORM, HTML, TEXT = "application/json", "application/x-www-form-urlencoded", "text/html", "text/plain"


def provider(made_up_code: str = "unknown", **errors: str) -> Provider:
    meanings = {code.lstrip("_"): {"means": meaning} for code, meaning in errors.items()}
    return Provider.model_validate({**ENTRY, "hosts": [HOST], "made_up_code": made_up_code, "errors": meanings})


def answer(status: int, body: Any, media_type: str = JSON, *, cache_control: str = "no-store") -> Answer:
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return Answer(status, {"content-type": media_type, "cache-control": cache_control}, content)


SLACK = LOGIN._replace(provider=provider("proves_nothing", invalid_code="invalid_grant"))
