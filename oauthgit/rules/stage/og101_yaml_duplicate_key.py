"""Document OG101: a key that is written twice."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A mapping has the same key twice.

Keys must be unique (YAML 1.2.2 section 3.2.1.3), but parsers treat a second one differently: PyYAML silently keeps the
last value, others keep the first or fail. The reviewer may read one value while the platform gets the other.

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

RULE = stage_rule("OG101", "yaml-duplicate-key", Severity.ERROR, stage="parse", documentation=_PAGE)
