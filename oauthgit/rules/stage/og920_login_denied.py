"""Document OG920: a login that the person or the server ended."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server ended the login of the person without a code.

`oauthgit login` sent a person to the authorization endpoint. The server redirected back with `access_denied`, because the
person did not consent or a rule of the server denies this user or client. Or it needed a page for the login or the
consent and could not show one: with `prompt: none` it must not.

Run the command again and consent. If you did consent, look up at the server which rule denies this user or client.
"""

RULE = stage_rule("OG920", "login-denied", Severity.ERROR, stage="probe", documentation=_PAGE)
