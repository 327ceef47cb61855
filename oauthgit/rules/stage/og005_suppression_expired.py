"""A suppression is past its date.

Somebody wrote down until when a finding could wait, with `until=`, and that day is over; the day itself still counts, in
UTC. The finding is reported again and counts for the exit code. Mend it, or decide anew.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG005 at 3:5: this suppression ended on 2026-06-30

```yaml iam_application
oauth_servers:
  crm:
    # oauthgit: ignore[OG301] the client is renamed in June until=2026-06-30
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
    client_id: crm-main  # oauthgit: ignore[OG301] the client is renamed in June until=2027-06-30
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG005", "suppression-expired", Severity.WARNING, stage="triage", documentation=__doc__)
