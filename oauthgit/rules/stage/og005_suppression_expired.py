"""Document OG005: a suppression past its date."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A suppression is past its date.

The suppression was limited with `until=`, and that day is over; the day itself still counts, in UTC. The finding is
reported again and affects the exit code. Fix it, or set a new date.

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

RULE = stage_rule("OG005", "suppression-expired", Severity.WARNING, stage="triage", documentation=_PAGE)
