"""Document OG205: white space around a text."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A text begins or ends with white space.

The white space is sent with the value. A client id with a line break at its end makes a Basic header that servers
refuse, and their error message does not mention the line break.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "crm-main "  # OG205: client_id begins or ends with white space
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

RULE = stage_rule("OG205", "leading-trailing-space", Severity.ERROR, stage="validate", documentation=_PAGE, fix=SAFE)
