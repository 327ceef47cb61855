"""Document OG102: an anchor or an alias."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value has an anchor or is an alias.

An alias (YAML 1.2.2 section 7.1) hides its value from the reviewer. A few lines of aliases can expand to gigabytes, and
SOPS writes them out as copies. Put values that several targets share into the branch, which they inherit.

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

RULE = stage_rule("OG102", "yaml-alias", Severity.ERROR, stage="parse", documentation=_PAGE)
