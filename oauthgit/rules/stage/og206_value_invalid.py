"""Document OG206: an invalid value."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value has the right type but is invalid.

It is empty, too long, out of range or listed twice, or it does not have the form that the setting needs, such as a date
or the name of a server as the platform writes it.

Bad:

```yaml branch
oauth_servers:
  CRM-1:  # OG206: "CRM-1" does not have the form of a name
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
  hub:
    token_endpoint: https://hub.example.com/oauth/token
    client_id: ""  # OG206: client_id is empty
    client_secret_expires_on: 30-06-2027  # OG206: client_secret_expires_on does not have the form of a date
    grant_types: []  # OG206: grant_types is an empty list
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret_expires_on: 2027-06-30
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG206", "value-invalid", Severity.ERROR, stage="validate", documentation=_PAGE)
