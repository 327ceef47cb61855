"""Document OG003: a suppression without a reason."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment suppresses a finding without a reason.

Next year, somebody has to decide whether the comment may go. Without a reason nobody can, so the comment suppresses
nothing until it has one. Write the reason after the bracket; every report contains it.

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

RULE = stage_rule("OG003", "suppression-without-reason", Severity.ERROR, stage="triage", documentation=_PAGE)
