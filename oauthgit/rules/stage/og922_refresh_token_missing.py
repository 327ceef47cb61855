"""Document OG922: a login that brought no refresh token."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The settings require a refresh token, but the server gave none.

`grant_types` lists `refresh_token`, or `user_login.request_refresh_token` is true. A person logged in, and the token
answer had no refresh token. The refresh token connector then has nothing to send, and the user must log in again
whenever the access token expires.

Servers give a refresh token for the scope `offline_access`, for another scope or for a parameter of the authorization
endpoint, and some only with `prompt: consent` (OpenID Connect Core section 11). The finding names the next one to try. Or
the client may not use refresh tokens.
"""

RULE = stage_rule("OG922", "refresh-token-missing", Severity.ERROR, stage="probe", documentation=_PAGE)
