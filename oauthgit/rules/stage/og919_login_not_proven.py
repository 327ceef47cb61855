"""Document OG919: a login about which nothing shows without a user."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The credentials work, but nothing shows yet if a user can log in.

`smoke` sends authorization requests without a user: as configured, with a redirect URI that nobody has registered, and
as a client that does not exist. This server gives all of them the same answer, usually its login page, or the endpoint
was not tested; the message gives the reason. A redirect URI that is not registered, a missing PKCE challenge or a scope
that is not allowed shows only after the login then.

`oauthgit login TARGET SERVER` lets a person log in once and shows it; the finding has the complete command.
"""

RULE = stage_rule("OG919", "login-not-proven", Severity.NOTE, stage="probe", documentation=_PAGE)
