"""A mapping has the same key twice.

Keys are unique (YAML 1.2.2 section 3.2.1.3), but readers differ in what they do with a second one: PyYAML keeps the last
value without a word, others keep the first or give up. The reviewer reads one value, the platform gets the other.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_id: crm-other  # OG101: client_id is written twice
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

RULE = stage_rule("OG101", "yaml-duplicate-key", Severity.ERROR, stage="parse", documentation=__doc__)
