"""Build the web application: map paths of tenants to answers."""

from collections.abc import Mapping, MutableSequence
from typing import Any, NamedTuple

from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, ValidationError

from oauthgit.sandbox.grants import USER
from oauthgit.sandbox.tenant import Tenant

Answer = tuple[Any, int, list[tuple[str, str]]]


class Entry(NamedTuple):
    """Record one answered request.

    Bodies, headers and queries are never kept, because they contain secrets.
    """

    method: str
    path: str
    status: int


def build(tenants: Mapping[str, Tenant], log: MutableSequence[Entry]) -> Flask:
    """Return the application with each tenant below ``/c/<name>``.

    Every answer is added to ``log``.
    """

    class Name(BaseConverter):
        def to_python(self, value: str) -> Tenant:
            if value not in tenants:
                raise ValidationError
            return tenants[value]

    def store(response: Response) -> Response:
        log.append(Entry(request.method, request.path, response.status_code))
        return response

    app = Flask(__name__, static_folder=None)
    app.url_map.converters["name"] = Name
    app.post("/c/<name:tenant>/token")(token)
    app.post("/c/<name:tenant>/revoke")(revoke)
    app.post("/c/<name:tenant>/introspect")(introspect)
    app.get("/c/<name:tenant>/authorize")(authorize)
    app.get("/c/<name:tenant>/.well-known/openid-configuration")(metadata)
    app.get("/c/<name:tenant>/.well-known/oauth-authorization-server")(metadata)
    app.get("/.well-known/oauth-authorization-server/c/<name:tenant>")(metadata)  # RFC 8414 section 3.1
    app.register_error_handler(OAuth2Error, answer_error)
    app.register_error_handler(Exception, answer_failure)
    app.after_request(store)
    return app


def token(tenant: Tenant) -> Response:
    """Answer a token request (RFC 6749 section 3.2)."""
    response: Response = tenant.create_token_response()
    return response


def revoke(tenant: Tenant) -> Response:
    """Answer a revocation request (RFC 7009 section 2)."""
    response: Response = tenant.create_endpoint_response("revocation")
    return response


def introspect(tenant: Tenant) -> Response:
    """Answer an introspection request (RFC 7662 section 2)."""
    response: Response = tenant.create_endpoint_response("introspection")
    return response


def authorize(tenant: Tenant) -> Response:
    """Answer an authorization request (RFC 6749 section 3.1).

    The user is not logged in, and consents to everything.

    Raises:
        OAuth2Error: The request is rejected, by redirect if the client is known; or ``prompt=none`` forbids a login.
    """
    grant = tenant.get_consent_grant(end_user=USER)
    if "none" in request.args.get("prompt", "").split():
        raise OAuth2Error(error="login_required", redirect_uri=grant.redirect_uri, state=request.args.get("state"))
    response: Response = tenant.create_authorization_response(grant.request, grant_user=USER, grant=grant)
    return response


def metadata(tenant: Tenant) -> dict[str, Any]:
    """Return a tenant's metadata (RFC 8414 section 2).

    Empty lists are left out (section 3.2).
    """
    methods = [tenant.token_endpoint_auth_method]
    document = {
        **tenant.endpoints._asdict(),
        "scopes_supported": list(tenant.client.credential.scopes),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
    }
    return {name: value for name, value in document.items() if value}


def answer_error(error: OAuth2Error) -> Answer:
    """Return the answer for an OAuth error."""
    status, body, headers = error()
    return body, status, headers


def answer_failure(error: Exception) -> HTTPException | Answer:
    """Return the answer to a failure, without its text.

    Flask would log the text, which may quote the request.
    """
    if isinstance(error, HTTPException):
        return error
    return {"error": "server_error", "error_description": f"The sandbox failed: {type(error).__name__}."}, 500, []
