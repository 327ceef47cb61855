"""A value has a tag, or the file a directive.

A tag gives a value a type of its own (YAML 1.2.2 section 6.8 and 6.9). What `!vault` or `!include` means is known to one
program only, and `!!python/object` makes careless readers run code. No setting needs one: quote what shall be text.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: !!str 4711  # OG108: a tag
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "4711"
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG108", "yaml-custom-tag", Severity.ERROR, stage="parse", documentation=__doc__)
