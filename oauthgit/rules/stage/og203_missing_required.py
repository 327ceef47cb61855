"""Document OG203: a required setting that is missing."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A setting that a file or a target requires is missing.

A file states its kind and its name. After all layers are merged, a runtime configuration or an IAM application that
uses a server needs a token endpoint, a client, its secret and its grant types, and an authorization endpoint if users
log in. A branch may leave them open for its targets.

Bad:

```yaml branch
oauth_servers:
  crm:  # OG203: crm has no client_id, and a target cannot use the server without it
    token_endpoint: https://crm.example.com/oauth/token
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml iam_application
environment: production
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml iam_application
environment: production
oauth_servers:
  crm:
    client_id: crm-production
```
"""

RULE = stage_rule("OG203", "missing-required", Severity.ERROR, stage="validate", documentation=_PAGE)
