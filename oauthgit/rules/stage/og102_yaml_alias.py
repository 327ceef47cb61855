"""A value is marked with an anchor or stands in as an alias.

An alias (YAML 1.2.2 section 7.1) hides its value from whoever reviews the change, a few lines of them can unfold to
gigabytes, and SOPS writes them out as copies. What several targets share belongs into the branch, which they inherit.

Bad:

```yaml branch
oauth_servers:
  crm: &crm  # OG102: an anchor
    client_id: crm-main
  billing: *crm  # OG102: an alias
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

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG102", "yaml-alias", Severity.ERROR, stage="parse", documentation=__doc__)
