"""A comment looks like a suppression and cannot be understood.

It suppresses nothing, and saying so is better than leaving its author in the belief that it does. The form is
`# oauthgit: ignore[OG301] reason`, with several codes as `[OG301,OG430]`, and `until=2027-01-31` behind the reason for one
that ends. Names and beginnings of codes are not enough, and a code that does not exist is named.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG007 at 3:5: this looks like a suppression, but does not have its form

```yaml iam_application
oauth_servers:
  crm:
    # oauthgit: ignor[OG301] the name of this client is fixed by contract
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

RULE = stage_rule("OG007", "suppression-malformed", Severity.ERROR, stage="triage", documentation=__doc__)
