"""A file, or all of a model, is larger than any settings are.

A file of more than 1 MiB, more than 10,000 values, more than 20 levels, or a key of more than 128 characters is a mistake or
an attempt to wear the check out; it is not read. Split it. A model whose layers have more than 50,000 OAuth servers together,
inherited ones counted for each layer, is not merged: its targets have no settings, and so are neither checked nor used.

Bad:

```yaml branch
oauth_servers:
  crm: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]  # OG114: nested more than 20 deep
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

RULE = stage_rule("OG114", "file-too-large", Severity.ERROR, stage="discover", documentation=__doc__)
