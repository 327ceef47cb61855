"""Document OG117: an empty file."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file contains only blanks and comments.

It states no kind and no setting, so it is left over or the result of a failed write. Write its settings, or delete it.

Bad:

```yaml path=configs/branches/INSIGHTS/MAIN.yaml
# settings follow  # OG117: the file is empty
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

RULE = stage_rule("OG117", "file-empty", Severity.ERROR, stage="parse", documentation=_PAGE)
