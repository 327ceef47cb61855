"""Document OG122: a comment that seems to be a part of a value."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment without a blank after its `#` follows a text.

In YAML a `#` after a blank begins a comment (YAML 1.2.2 section 6.6). The rest of the line is then no part of the value,
and nothing else shows that it is missing: `wms #live` is the client `wms`. Most people write a blank after the `#` of a
comment, so a `#` without one is probably a part of the value.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: wms #live  # OG122: a comment begins here, so client_id ends before it
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "wms #live"
    grant_types: [client_credentials]
    scopes: [api.read] # the smallest one
```
"""

RULE = stage_rule("OG122", "comment-cuts-value", Severity.WARNING, stage="parse", documentation=_PAGE)
