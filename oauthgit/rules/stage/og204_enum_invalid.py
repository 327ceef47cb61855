"""Document OG204: a value that is not in the list of its setting."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value is not one of those that the setting allows.

The platform offers a list of values. The file must use their standard names: those of RFC 7591 for grants and client
authentication, and those of OpenID Connect Core section 3.1.2.1 for `prompt`.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    token_endpoint_auth_method: Client-Secret-Basic  # OG204: did you mean "client_secret_basic"?
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG204", "enum-invalid", Severity.ERROR, stage="validate", documentation=_PAGE, fix=SAFE)
