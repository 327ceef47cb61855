"""A value is of another type than the setting.

`"true"` in quotes is a text, and a number is not a client id: programs that read the file disagree on what they see, and
SOPS can turn one into the other. Where YAML changed the type of what was meant, quotes mend it.

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

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG202", "wrong-type", Severity.ERROR, stage="validate", documentation=__doc__, fix=SAFE)
