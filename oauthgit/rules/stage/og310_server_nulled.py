"""Document OG310: a server that is set to null."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A whole server is set to null.

A null resets a setting to its default, but a server has no default. The platform cannot remove a server from one
runtime configuration or application, so the file would promise something impossible.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml iam_application
oauth_servers:
  crm: null  # OG310: crm is set to null as a whole
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

```yaml iam_application
oauth_servers:
  crm:
    token_endpoint_auth_method: null
```
"""

RULE = stage_rule("OG310", "server-nulled", Severity.ERROR, stage="merge", documentation=_PAGE)
