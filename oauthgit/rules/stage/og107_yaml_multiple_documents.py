"""Document OG107: a second document in a file."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file contains a second document.

A file has one document. Parsers that expect one document silently drop the others. SOPS does the same when it prints
JSON: its metadata covers the first document only.

Bad:

```yaml branch
---  # OG107: a second document begins here
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
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

RULE = stage_rule("OG107", "yaml-multiple-documents", Severity.ERROR, stage="parse", documentation=_PAGE)
