"""A comment suppresses a finding that is not there.

What it was written for is mended, or stands on another line. Left in place it hides the next finding of that rule here,
which nobody has looked at. A comment concerns the line that it ends, or the next line with a key or a value if it stands
alone; the line that a report names is the line that counts. What was not looked for, because of `--select`, `--ignore`
or `off` in the policy, is not called unused.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG004 at 3:46: OG301 finds nothing here

```yaml iam_application
oauth_servers:
  crm:
    client_id: crm-production  # oauthgit: ignore[OG301] the name is fixed by contract
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

RULE = stage_rule("OG004", "suppression-unused", Severity.WARNING, stage="triage", documentation=__doc__)
