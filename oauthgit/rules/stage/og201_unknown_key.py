"""Document OG201: an unknown key."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A key is not one that the format defines.

It has no effect, and the intended setting keeps its default: a misspelt `require_pkce` leaves PKCE unchanged, and
nobody notices. `oauthgit schema` prints the keys of each kind of file.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    authorization_endpoint: https://crm.example.com/oauth/authorize
    require_pkc: true  # OG201: "require_pkc" is not a setting; did you mean "require_pkce"?
    prompt: select_account  # OG201: "prompt" is not a setting here
    grant_types: [authorization_code]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    authorization_endpoint: https://crm.example.com/oauth/authorize
    require_pkce: true
    user_login:
      prompt: select_account
    grant_types: [authorization_code]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG201", "unknown-key", Severity.ERROR, stage="validate", documentation=_PAGE, fix=UNSAFE)
