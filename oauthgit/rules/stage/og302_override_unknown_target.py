"""An override names a server, a branch or a model that does not exist.

The platform has nothing that the override could change: it would be typed into a screen that is not there, and the
target runs without it. Mostly it is a misspelt name, or a server that was renamed in the branch only.

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
  crn:  # OG302: crn is overridden here, but no branch below iam_application/example-prod defines it; did you mean "crm"?
    client_id: crm-production
```

Good:

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
  crm:
    client_id: crm-production
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG302", "override-unknown-target", Severity.ERROR, stage="merge", documentation=__doc__)
