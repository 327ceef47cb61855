"""A file holds a second document.

A file states one thing. Readers that expect one document drop the others silently, and so does SOPS where it prints
JSON: its metadata covers the first only.

Bad:

```yaml branch
kind: branch
model: INSIGHTS
branch: MAIN
---  # OG107: a second document begins here
kind: branch
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
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG107", "yaml-multiple-documents", Severity.ERROR, stage="parse", documentation=__doc__)
