"""A comment suppresses a finding and does not say why.

Whoever reads the file next year has to decide whether the comment may go. Without a reason nobody can, so it suppresses
nothing until there is one. The reason stands behind the bracket and goes into every report.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG003 at 3:5: a suppression without a reason suppresses nothing

```yaml iam_application
oauth_servers:
  crm:
    # oauthgit: ignore[OG301]
    client_id: crm-main  # OG301: client_id equals the inherited value
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
    client_id: crm-main  # oauthgit: ignore[OG301] the name of this client is fixed by contract
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG003", "suppression-without-reason", Severity.ERROR, stage="triage", documentation=__doc__)
