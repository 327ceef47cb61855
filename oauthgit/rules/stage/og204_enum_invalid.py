"""A value is not one of those that the setting can have.

The platform offers a list to choose from, and the file must use the words of the standards for it: those of RFC 7591 for
grants and client authentication, those of OpenID Connect Core section 3.1.2.1 for `prompt`.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    token_endpoint_auth_method: Client-Secret-Basic  # OG204: did you mean "client_secret_basic"?
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    token_endpoint_auth_method: client_secret_basic
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG204", "enum-invalid", Severity.ERROR, stage="validate", documentation=__doc__, fix=SAFE)
