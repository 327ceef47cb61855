"""Document OG202: a value of a wrong type."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value has another type than its setting.

`"true"` in quotes is text, and a number is not a client id. Programs that read the file disagree about such values, and
SOPS can turn one into the other. If YAML changed the intended type, add quotes.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: 1234567  # OG202: client_id must be text, and this is a number
    require_pkce: "true"  # OG202: require_pkce must be true or false, and this is text
    grant_types: client_credentials  # OG202: grant_types must be a list, and this is text
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "1234567"
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG202", "wrong-type", Severity.ERROR, stage="validate", documentation=_PAGE, fix=SAFE)
