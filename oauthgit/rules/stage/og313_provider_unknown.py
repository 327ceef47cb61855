"""A server names a provider that the catalogue does not have.

The entry would fill in endpoints and tell the provider's quirks; a name that nobody knows does neither, and what was
meant to be filled in stays open. Leave `provider` out for a server that is not in the catalogue.

Bad:

```yaml branch
oauth_servers:
  crm:
    provider: exact_offline  # OG313: the catalogue has no provider "exact_offline"
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
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

RULE = stage_rule("OG313", "provider-unknown", Severity.ERROR, stage="merge", documentation=__doc__)
