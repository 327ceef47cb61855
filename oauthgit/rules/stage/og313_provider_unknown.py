"""Document OG313: a provider that is not in the catalogue."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A server names a provider that is not in the catalogue.

A catalogue entry fills in endpoints and describes the provider's quirks. An unknown name does neither, so the settings
that it should fill in stay open. Leave `provider` out for a server that is not in the catalogue.

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

RULE = stage_rule("OG313", "provider-unknown", Severity.ERROR, stage="merge", documentation=_PAGE)
