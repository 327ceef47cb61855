"""Document OG103: a merge key."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A mapping is merged into another with `<<`.

The merge key belongs to YAML 1.1 and was never part of YAML 1.2. Some parsers merge, others see a key named `<<`, and
SOPS writes such a key out. Use layers for overrides: a runtime configuration or an application states only the values
that differ from its branch.

Bad:

```yaml branch
oauth_servers:
  crm:
    <<: {client_id: crm-main}  # OG103: the merge key
    token_endpoint: https://crm.example.com/oauth/token
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

RULE = stage_rule("OG103", "yaml-merge-key", Severity.ERROR, stage="parse", documentation=_PAGE)
