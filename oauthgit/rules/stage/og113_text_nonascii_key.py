"""Document OG113: a key that is not ASCII."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A key contains a letter that is not ASCII.

All settings have ASCII names. A key such as `clïent_id` looks like a setting but is not one, so the real setting keeps
its inherited value. Some Cyrillic letters look exactly like Latin ones. Type the key again.

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

RULE = stage_rule("OG113", "text-nonascii-key", Severity.ERROR, stage="parse", documentation=_PAGE)
