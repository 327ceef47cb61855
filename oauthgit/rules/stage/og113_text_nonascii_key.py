"""A key contains a letter that is not ASCII.

All settings have ASCII names. A key such as `clïent_id` looks like one and is none, so it
leaves the true setting at what it inherits. Some Cyrillic letters cannot be told from Latin ones at all. Type the key anew.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    clïent_id: crm-other  # OG113: U+00EF, which is not ASCII
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

RULE = stage_rule("OG113", "text-nonascii-key", Severity.ERROR, stage="parse", documentation=__doc__)
