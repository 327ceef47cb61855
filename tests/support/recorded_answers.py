"""Answers of known authorization servers, and the judgement of each answer without a control.

The deciding error codes are those of the providers (the sources are named by their catalogue entries); the
rest of each body is invented. Every request had the scope ``api.read``, and answers with a token have the header
``Cache-Control: no-store``. If an answer is not certain, the expected judgement is that for an unknown server, unless
the catalogue has better facts.
"""

from typing import Final, NamedTuple


class Recorded(NamedTuple):
    """One answer: ``provider`` is empty for servers outside of the catalogue, ``code`` if there is no finding."""

    provider: str
    grant: str
    situation: str
    status: int
    media_type: str
    body: str
    expected: str
    code: str


JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
CODE: Final = "authorization_code"
SERVICE: Final = "client_credentials"

GOOD: Final = ("accepted", "")
REMARKS: Final = ("accepted-with-remarks", "OG909")
BAD_CLIENT: Final = ("rejected", "OG901")
BAD_SCOPE: Final = ("rejected", "OG902")
BAD_GRANT: Final = ("rejected", "OG903")
REFUSED: Final = ("rejected", "OG915")
NO_ENDPOINT: Final = ("unreachable", "OG904")
NOTHING: Final = ("inconclusive", "OG907")
BUSY: Final = ("unreachable", "OG906")


def _entra(error: str, number: int, words: str) -> str:
    """Return a body as Entra writes it."""
    trace = "0b9c2f6e-7d0a-4f53-9a8e-5c1d2e3f4a00"
    return (
        f'{{"error":"{error}","error_description":"AADSTS{number}: {words} Trace ID: {trace} Correlation ID: {trace} '
        f'Timestamp: 2026-11-20 08:15:30Z","error_codes":[{number}],"timestamp":"2026-11-20 08:15:30Z",'
        f'"trace_id":"{trace}","correlation_id":"{trace}",'
        f'"error_uri":"https://login.microsoftonline.com/error?code={number}"}}'
    )


def _facebook(message: str, code: int) -> str:
    """Return a body as Facebook writes it."""
    return f'{{"error":{{"message":"{message}","type":"OAuthException","code":{code},"fbtrace_id":"AbCdEfGhIjKlMnOpQrSt"}}}}'


def _rfc(error: str, words: str = "") -> str:
    """Return a body as in RFC 6749 section 5.2."""
    described = f',"error_description":"{words}"' if words else ""
    return f'{{"error":"{error}"{described}}}'


_LINKEDIN: Final = (
    "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or "
    "authorization code expired. Or external member binding exists"
)
_KEYCLOAK: Final = "Invalid client or Invalid client credentials"
_X: Final = "Missing valid authorization header"
_ATLASSIAN: Final = _rfc("invalid_request", "authorization_code is invalid")

_FIRST: Final = (
    Recorded("google", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Malformed auth code."), *GOOD),
    Recorded(
        "google",
        CODE,
        "wrong secret",
        401,
        JSON,
        _rfc("invalid_client", "The provided client secret is invalid."),
        *BAD_CLIENT,
    ),
    Recorded(
        "google",
        CODE,
        "unknown client",
        401,
        JSON,
        _rfc("invalid_client", "The OAuth client was not found."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        CODE,
        "right secret",
        400,
        JSON,
        _entra("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid."),
        *NOTHING,
    ),
    Recorded(
        "microsoft_entra",
        CODE,
        "wrong secret",
        401,
        JSON,
        _entra("invalid_client", 7000215, "Invalid client secret provided."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "right secret",
        200,
        JSON,
        '{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"made-up-token"}',
        *REMARKS,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "wrong secret, or its Secret ID",
        401,
        JSON,
        _entra("invalid_client", 7000215, "Invalid client secret provided."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "expired secret",
        401,
        JSON,
        _entra("invalid_client", 7000222, "The provided client secret keys are expired."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "unknown client",
        400,
        JSON,
        _entra("unauthorized_client", 700016, "Application with identifier 'c' was not found in the directory."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "unknown tenant",
        400,
        JSON,
        _entra("invalid_request", 90002, "Tenant 'example' not found."),
        *NO_ENDPOINT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "a public client sends a secret",
        401,
        JSON,
        _entra("invalid_client", 700025, "Client is public so no secret should be presented."),
        *BAD_CLIENT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "kept out by conditional access",
        400,
        JSON,
        _entra("access_denied", 53003, "Access has been blocked by Conditional Access policies."),
        *BAD_GRANT,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "scope without /.default",
        400,
        JSON,
        _entra("invalid_scope", 1002012, "The provided value for scope api.read is not valid."),
        *BAD_SCOPE,
    ),
    Recorded(
        "microsoft_entra",
        SERVICE,
        "unknown scope",
        400,
        JSON,
        _entra("invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid."),
        *BAD_SCOPE,
    ),
    Recorded(
        "github",
        CODE,
        "right secret",
        200,
        JSON,
        _rfc("bad_verification_code", "The code passed is incorrect or expired."),
        *GOOD,
    ),
    Recorded(
        "github",
        CODE,
        "right secret, answered as a form",
        200,
        FORM,
        "error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.",
        *GOOD,
    ),
    Recorded(
        "github",
        CODE,
        "wrong secret",
        200,
        JSON,
        _rfc("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."),
        *BAD_CLIENT,
    ),
    Recorded(
        "github",
        CODE,
        "wrong secret, answered as a form",
        200,
        FORM,
        "error=incorrect_client_credentials&error_description=The+client_id+and%2For+client_secret+are+incorrect.",
        *BAD_CLIENT,
    ),
    Recorded("github", CODE, "unknown client", 404, JSON, '{"error":"Not Found"}', *NO_ENDPOINT),
    Recorded("gitlab", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "The grant is invalid."), *GOOD),
    Recorded(
        "gitlab", CODE, "wrong secret", 401, JSON, _rfc("invalid_client", "Client authentication failed."), *BAD_CLIENT
    ),
    Recorded(
        "gitlab",
        CODE,
        "unknown client",
        401,
        JSON,
        _rfc("invalid_client", "Client authentication failed."),
        *BAD_CLIENT,
    ),
    Recorded(
        "gitlab",
        SERVICE,
        "right secret",
        400,
        JSON,
        _rfc("invalid_scope", "The requested scope is invalid."),
        *BAD_SCOPE,
    ),
    Recorded("facebook", CODE, "right secret", 400, JSON, _facebook("Invalid verification code format.", 100), *GOOD),
    Recorded("facebook", CODE, "wrong secret", 400, JSON, _facebook("Error validating client secret.", 1), *BAD_CLIENT),
    Recorded("facebook", CODE, "unknown client", 400, JSON, _facebook("Error validating application.", 101), *NOTHING),
    Recorded(
        "facebook",
        SERVICE,
        "a token as an old reply",
        200,
        TEXT,
        "access_token=made-up-token&expires=5183944",
        *REMARKS,
    ),
    Recorded("linkedin", CODE, "right secret", 400, JSON, _rfc("invalid_request", _LINKEDIN), *NOTHING),
    Recorded(
        "linkedin", CODE, "right secret, in other words", 400, JSON, _rfc("invalid_redirect_uri", _LINKEDIN), *NOTHING
    ),
    Recorded(
        "linkedin", CODE, "wrong secret", 401, JSON, _rfc("invalid_client", "Client authentication failed"), *BAD_CLIENT
    ),
    Recorded("apple", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "The code is not valid."), *NOTHING),
    Recorded("apple", CODE, "wrong secret", 400, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("apple", CODE, "unknown client", 400, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("slack", CODE, "right secret", 200, JSON, '{"ok":false,"error":"invalid_code"}', *NOTHING),
    Recorded("slack", CODE, "wrong secret", 200, JSON, '{"ok":false,"error":"invalid_code"}', *NOTHING),
    Recorded("slack", CODE, "unknown client", 200, JSON, '{"ok":false,"error":"invalid_code"}', *NOTHING),
    Recorded(
        "slack", CODE, "wrong secret, as documented", 200, JSON, '{"ok":false,"error":"bad_client_secret"}', *BAD_CLIENT
    ),
    Recorded(
        "slack",
        CODE,
        "unknown client, as documented",
        200,
        JSON,
        '{"ok":false,"error":"invalid_client_id"}',
        *BAD_CLIENT,
    ),
    Recorded("atlassian", CODE, "right secret", 400, JSON, _ATLASSIAN, *NOTHING),
    Recorded("atlassian", CODE, "wrong secret", 400, JSON, _ATLASSIAN, *NOTHING),
    Recorded("atlassian", CODE, "unknown client", 400, JSON, _ATLASSIAN, *NOTHING),
    Recorded(
        "salesforce", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "invalid authorization code"), *NOTHING
    ),
    Recorded(
        "salesforce", CODE, "wrong secret", 400, JSON, _rfc("invalid_client", "invalid client credentials"), *BAD_CLIENT
    ),
    Recorded(
        "salesforce",
        CODE,
        "unknown client, or another org's",
        400,
        JSON,
        _rfc("invalid_client_id", "client identifier invalid"),
        *BAD_CLIENT,
    ),
    Recorded(
        "salesforce",
        SERVICE,
        "no user to run as",
        400,
        JSON,
        _rfc("invalid_grant", "no client credentials user enabled"),
        *REFUSED,
    ),
    Recorded(
        "okta",
        CODE,
        "right secret",
        400,
        JSON,
        _rfc("invalid_grant", "The authorization code is invalid or has expired."),
        *NOTHING,
    ),
    Recorded(
        "okta",
        CODE,
        "wrong secret",
        401,
        JSON,
        _rfc("invalid_client", "The client secret supplied for a confidential client is invalid."),
        *BAD_CLIENT,
    ),
    Recorded(
        "okta",
        CODE,
        "unknown client",
        401,
        JSON,
        _rfc("invalid_client", "Invalid value for 'client_id' parameter."),
        *BAD_CLIENT,
    ),
)
_SECOND: Final = (
    Recorded("auth0", CODE, "right secret", 403, JSON, _rfc("invalid_grant", "Invalid authorization code"), *GOOD),
    Recorded(
        "auth0",
        CODE,
        "right secret, grant not allowed",
        403,
        JSON,
        _rfc("unauthorized_client", "Grant type 'authorization_code' not allowed for the client."),
        *BAD_GRANT,
    ),
    Recorded("auth0", CODE, "wrong secret", 401, JSON, _rfc("access_denied", "Unauthorized"), *NOTHING),
    Recorded("auth0", CODE, "unknown client", 401, JSON, _rfc("access_denied", "Unauthorized"), *NOTHING),
    Recorded("auth0", CODE, "unknown tenant", 404, HTML, "<!DOCTYPE html><title>Not found</title>", *NO_ENDPOINT),
    Recorded("keycloak", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Code not valid"), *GOOD),
    Recorded("keycloak", CODE, "wrong secret", 401, JSON, _rfc("unauthorized_client", _KEYCLOAK), *BAD_CLIENT),
    Recorded("keycloak", CODE, "wrong secret, by the RFC", 401, JSON, _rfc("invalid_client", _KEYCLOAK), *BAD_CLIENT),
    Recorded("keycloak", CODE, "unknown client", 401, JSON, _rfc("invalid_client", _KEYCLOAK), *BAD_CLIENT),
    Recorded("keycloak", SERVICE, "wrong secret", 401, JSON, _rfc("unauthorized_client", _KEYCLOAK), *BAD_CLIENT),
    Recorded("aws_cognito", CODE, "right secret", 400, JSON, _rfc("invalid_grant"), *NOTHING),
    Recorded("aws_cognito", CODE, "wrong secret", 400, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("aws_cognito", CODE, "unknown client", 400, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded(
        "dropbox", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "code doesn't exist or has expired"), *GOOD
    ),
    Recorded(
        "dropbox",
        CODE,
        "wrong secret",
        400,
        JSON,
        _rfc("invalid_client", "Invalid client_id or client_secret"),
        *BAD_CLIENT,
    ),
    Recorded(
        "dropbox",
        CODE,
        "unknown client",
        400,
        JSON,
        _rfc("invalid_client", "Invalid client_id or client_secret"),
        *BAD_CLIENT,
    ),
    Recorded("zoho", CODE, "right secret", 200, JSON, _rfc("invalid_code"), *NOTHING),
    Recorded("zoho", CODE, "wrong secret", 200, JSON, _rfc("invalid_client_secret"), *BAD_CLIENT),
    Recorded("zoho", CODE, "wrong secret, in other words", 200, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("zoho", CODE, "unknown client, or wrong data centre", 200, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded(
        "hubspot",
        CODE,
        "right secret",
        400,
        JSON,
        '{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code"}',
        *NOTHING,
    ),
    Recorded(
        "hubspot",
        CODE,
        "wrong secret",
        400,
        JSON,
        '{"status":"BAD_CLIENT_SECRET","message":"missing or invalid client secret"}',
        *NOTHING,
    ),
    Recorded(
        "hubspot",
        CODE,
        "unknown client",
        400,
        JSON,
        '{"status":"BAD_CLIENT_ID","message":"missing or unknown client id"}',
        *NOTHING,
    ),
    Recorded(
        "x",
        CODE,
        "right secret",
        400,
        JSON,
        _rfc("invalid_request", "Value passed for the authorization code was invalid."),
        *GOOD,
    ),
    Recorded("x", CODE, "wrong secret", 401, JSON, _rfc("unauthorized_client", _X), *BAD_CLIENT),
    Recorded("x", CODE, "secret not sent by Basic", 401, JSON, _rfc("unauthorized_client", _X), *BAD_CLIENT),
    Recorded("x", CODE, "unknown client", 401, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("spotify", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Invalid authorization code"), *NOTHING),
    Recorded("spotify", CODE, "wrong secret", 400, JSON, _rfc("invalid_client", "Invalid client secret"), *BAD_CLIENT),
    Recorded("spotify", CODE, "unknown client", 400, JSON, _rfc("invalid_client", "Invalid client"), *BAD_CLIENT),
    Recorded(
        "spotify",
        SERVICE,
        "right secret",
        200,
        JSON,
        '{"access_token":"made-up-token","token_type":"Bearer","expires_in":3600}',
        *REMARKS,
    ),
    Recorded(
        "stripe",
        CODE,
        "right secret",
        400,
        JSON,
        _rfc("invalid_grant", "Authorization code does not exist: ac_oauthgit-smoke-invalid-code"),
        *NOTHING,
    ),
    Recorded(
        "stripe",
        CODE,
        "wrong secret",
        401,
        JSON,
        '{"error":{"message":"Invalid API Key provided","type":"invalid_request_error"}}',
        *NOTHING,
    ),
    Recorded("stripe", CODE, "unknown client", 401, JSON, _rfc("invalid_client", "No such application"), *BAD_CLIENT),
    Recorded(
        "zoom",
        CODE,
        "right secret",
        400,
        JSON,
        '{"reason":"Invalid authorization code","error":"invalid_grant"}',
        *GOOD,
    ),
    Recorded(
        "zoom",
        CODE,
        "wrong secret",
        400,
        JSON,
        '{"reason":"Invalid client_id or client_secret","error":"invalid_client"}',
        *BAD_CLIENT,
    ),
    Recorded(
        "zoom",
        CODE,
        "wrong secret, by number",
        400,
        JSON,
        '{"code":4704,"reason":"Invalid client secret."}',
        *BAD_CLIENT,
    ),
    Recorded(
        "zoom", CODE, "unknown client, by number", 400, JSON, '{"code":4702,"reason":"Invalid client."}', *BAD_CLIENT
    ),
    Recorded(
        "zoom",
        CODE,
        "unknown client",
        400,
        JSON,
        '{"reason":"Invalid client_id or client_secret","error":"invalid_client"}',
        *BAD_CLIENT,
    ),
    Recorded("box", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Invalid authorization code"), *NOTHING),
    Recorded(
        "box",
        CODE,
        "wrong secret",
        400,
        JSON,
        _rfc("invalid_client", "The client credentials are invalid"),
        *BAD_CLIENT,
    ),
    Recorded(
        "box",
        CODE,
        "unknown client",
        400,
        JSON,
        _rfc("invalid_client", "The client credentials are invalid"),
        *BAD_CLIENT,
    ),
    Recorded(
        "box",
        SERVICE,
        "right secret, no subject",
        400,
        JSON,
        _rfc("unauthorized_client", "This app is not authorized by the enterprise admin"),
        *BAD_GRANT,
    ),
    Recorded(
        "box",
        SERVICE,
        "wrong secret",
        400,
        JSON,
        _rfc("invalid_client", "The client credentials are invalid"),
        *BAD_CLIENT,
    ),
    Recorded("docusign", CODE, "right secret", 400, JSON, _rfc("invalid_grant"), *NOTHING),
    Recorded("docusign", CODE, "wrong secret", 401, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("docusign", CODE, "unknown client", 401, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("exact_online", CODE, "right secret", 400, JSON, _rfc("invalid_grant"), *NOTHING),
    Recorded("exact_online", CODE, "wrong secret", 401, JSON, _rfc("invalid_client"), *BAD_CLIENT),
    Recorded("exact_online", CODE, "unknown client", 401, JSON, _rfc("invalid_client"), *BAD_CLIENT),
)
_BAD: Final = _rfc("invalid_client")
_NO_CODE: Final = _rfc("invalid_grant")
_MSIS9622: Final = "MSIS9622: Client authentication failed. Please verify the credential provided is valid."
_MSIS9611: Final = "MSIS9611: The authorization server does not support the requested grant_type."
_AFAS_BUSY: Final = '{"error":{"code":"503","message":"Scheduled maintenance."},"retry_after":7200}'


def _fusionauth(error: str, reason: str) -> str:
    """Return a body as FusionAuth writes it."""
    return f'{{"error":"{error}","error_description":"Some words.","error_reason":"{reason}"}}'


_THIRD: Final = (
    Recorded("adfs", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("adfs", CODE, "wrong secret", 400, JSON, _rfc("invalid_client", _MSIS9622), *BAD_CLIENT),
    Recorded("adfs", SERVICE, "a version without it", 400, JSON, _rfc("unsupported_grant_type", _MSIS9611), *BAD_GRANT),
    Recorded("afas", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("afas", CODE, "no verifier", 400, JSON, _rfc("invalid_request"), *NOTHING),
    Recorded("afas", SERVICE, "wrong secret, or expired", 400, JSON, _BAD, *BAD_CLIENT),
    Recorded("afas", SERVICE, "maintenance", 503, JSON, _AFAS_BUSY, *BUSY),
    Recorded("azure_ad_b2c", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("azure_ad_b2c", CODE, "wrong secret", 400, JSON, _BAD, *BAD_CLIENT),
    Recorded("bitbucket", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("casdoor", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "code: [x] is invalid"), *NOTHING),
    Recorded("casdoor", CODE, "wrong secret", 400, JSON, _rfc("invalid_grant", "code: [x] is invalid"), *NOTHING),
    Recorded("casdoor", CODE, "unknown client", 401, JSON, _rfc("invalid_client", "client_id is invalid"), *BAD_CLIENT),
    Recorded(
        "casdoor", SERVICE, "wrong secret", 401, JSON, _rfc("invalid_client", "client_secret is invalid"), *BAD_CLIENT
    ),
    Recorded(
        "casdoor",
        SERVICE,
        "grant off, any secret",
        400,
        JSON,
        _rfc("unsupported_grant_type", "x is not supported"),
        *BAD_GRANT,
    ),
    Recorded("casdoor", SERVICE, "unknown scope", 400, JSON, _rfc("invalid_scope", "not defined"), *BAD_SCOPE),
    Recorded("duende_identityserver", CODE, "right secret", 400, JSON, _NO_CODE, *GOOD),
    Recorded("duende_identityserver", CODE, "wrong secret", 400, JSON, _BAD, *BAD_CLIENT),
    Recorded("duende_identityserver", CODE, "unknown client", 400, JSON, _BAD, *BAD_CLIENT),
    Recorded("duende_identityserver", CODE, "grant not allowed", 400, JSON, _rfc("unauthorized_client"), *BAD_GRANT),
    Recorded("duende_identityserver", SERVICE, "unknown scope", 400, JSON, _rfc("invalid_scope"), *BAD_SCOPE),
    Recorded("fortnox", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded(
        "fusionauth", CODE, "right secret", 400, JSON, _fusionauth("invalid_grant", "auth_code_not_found"), *NOTHING
    ),
    Recorded(
        "fusionauth",
        CODE,
        "wrong secret",
        401,
        JSON,
        _fusionauth("invalid_client", "invalid_client_authentication"),
        *BAD_CLIENT,
    ),
    Recorded(
        "fusionauth", CODE, "unknown client", 401, JSON, _fusionauth("invalid_client", "invalid_client_id"), *BAD_CLIENT
    ),
    Recorded(
        "fusionauth", SERVICE, "unknown scope", 400, JSON, _fusionauth("invalid_scope", "unknown_scope"), *BAD_SCOPE
    ),
    Recorded(
        "gitea", CODE, "right secret", 400, JSON, _rfc("unauthorized_client", "client is not authorized"), *NOTHING
    ),
    Recorded("gitea", CODE, "wrong secret", 400, JSON, _rfc("unauthorized_client", "invalid client secret"), *NOTHING),
    Recorded("gitea", CODE, "wrong redirect URI", 400, JSON, _rfc("unauthorized_client", "unexpected URI"), *NOTHING),
    Recorded("gitea", CODE, "unknown client", 400, JSON, _rfc("invalid_client", "cannot load client"), *BAD_CLIENT),
    Recorded("gitea", SERVICE, "any secret", 400, JSON, _rfc("unsupported_grant_type"), *BAD_GRANT),
    Recorded("intuit", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("mollie", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("moneybird", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("onelogin", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("ping_federate", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("sap_uaa", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Invalid authorization code: x"), *GOOD),
    Recorded("sap_uaa", CODE, "wrong secret", 401, JSON, _rfc("unauthorized", "Bad credentials"), *BAD_CLIENT),
    Recorded("sap_uaa", CODE, "unknown client", 401, JSON, _rfc("unauthorized", "Bad credentials"), *BAD_CLIENT),
    Recorded(
        "sap_uaa",
        SERVICE,
        "wrong secret, by the RFC",
        401,
        JSON,
        _rfc("invalid_client", "Bad credentials"),
        *BAD_CLIENT,
    ),
    Recorded(
        "servicenow",
        SERVICE,
        "refused for any reason",
        401,
        JSON,
        '{"error_description":"access_denied","error":"server_error"}',
        *REFUSED,
    ),
    Recorded("servicenow", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("shopify", CODE, "any secret", 400, JSON, _rfc("invalid_request"), *NOTHING),
    Recorded("shopify", SERVICE, "app not installed", 400, TEXT, "Oauth error app_not_installed", *NOTHING),
    Recorded(
        "shopify",
        SERVICE,
        "right secret",
        200,
        JSON,
        '{"access_token":"made-up-token","scope":"api.read","expires_in":86399}',
        *REMARKS,
    ),
    Recorded("twinfield", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("visma_connect", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("wso2", CODE, "right secret", 400, JSON, _rfc("invalid_grant", "Invalid authorization code"), *GOOD),
    Recorded(
        "wso2", CODE, "wrong secret", 401, JSON, _rfc("invalid_client", "Client credentials are invalid."), *BAD_CLIENT
    ),
    Recorded(
        "wso2",
        CODE,
        "unknown client",
        401,
        JSON,
        _rfc("invalid_client", "A valid OAuth client was not found"),
        *BAD_CLIENT,
    ),
    Recorded("wso2", CODE, "grant not allowed", 400, JSON, _rfc("unauthorized_client"), *BAD_GRANT),
    Recorded("wso2", SERVICE, "credentials sent twice", 400, JSON, _rfc("invalid_request"), *REFUSED),
    Recorded("xero", CODE, "right secret", 400, JSON, _NO_CODE, *NOTHING),
    Recorded("xero", CODE, "wrong secret, or unknown client", 400, JSON, _BAD, *BAD_CLIENT),
    Recorded("xero", SERVICE, "no grant_type", 400, JSON, _rfc("unsupported_grant_type"), *BAD_GRANT),
)
_OTHERS: Final = (
    Recorded(
        "",
        CODE,
        "oidc-provider, right secret",
        400,
        JSON,
        _rfc("invalid_grant", "grant request is invalid"),
        *NOTHING,
    ),
    Recorded(
        "",
        CODE,
        "oidc-provider, wrong secret",
        401,
        JSON,
        _rfc("invalid_client", "client authentication failed"),
        *BAD_CLIENT,
    ),
    Recorded(
        "",
        CODE,
        "oidc-provider, unknown client",
        401,
        JSON,
        _rfc("invalid_client", "client authentication failed"),
        *BAD_CLIENT,
    ),
    Recorded(
        "",
        CODE,
        "Fitbit, an error in a list",
        401,
        JSON,
        '{"success":false,"errors":[{"errorType":"invalid_client","message":"Invalid authorization header."}]}',
        *BAD_CLIENT,
    ),
    Recorded(
        "",
        SERVICE,
        "Mailchimp, scope null and a lifetime of 0",
        200,
        JSON,
        '{"access_token":"made-up-token","expires_in":0,"scope":null,"token_type":"bearer"}',
        *REMARKS,
    ),
    Recorded(
        "",
        SERVICE,
        "Plentymarkets, names in camel case",
        200,
        JSON,
        '{"accessToken":"made-up-token","tokenType":"Bearer","expiresIn":86400,"refreshToken":"made-up-token"}',
        *NO_ENDPOINT,
    ),
    Recorded(
        "",
        SERVICE,
        "no token_type",
        200,
        JSON,
        '{"access_token":"made-up-token","expires_in":3600,"scope":"api.read"}',
        *REMARKS,
    ),
    Recorded(
        "",
        SERVICE,
        "Twitch, scope as a list",
        200,
        JSON,
        '{"access_token":"made-up-token","expires_in":3600,"scope":["api.read"],"token_type":"bearer"}',
        *GOOD,
    ),
    Recorded(
        "",
        SERVICE,
        "as the RFC has it",
        200,
        JSON,
        '{"access_token":"made-up-token","expires_in":3600,"scope":"api.read","token_type":"Bearer"}',
        *GOOD,
    ),
)

RECORDED: Final[tuple[Recorded, ...]] = (*_FIRST, *_SECOND, *_THIRD, *_OTHERS)
"""All recorded answers; the best-known providers come first."""
