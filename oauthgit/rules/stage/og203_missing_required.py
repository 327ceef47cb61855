"""Something is missing that a file or a target cannot do without.

A file states its kind and what it is called. A runtime configuration or an IAM application that uses a server must end
up, after all layers, with a token endpoint, a client, its secret and its grant types, and with an authorization endpoint
where users log in. A branch may leave them open for its targets to fill.

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

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG203", "missing-required", Severity.ERROR, stage="validate", documentation=__doc__)
