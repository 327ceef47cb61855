"""Document OG114: a file or a model that is too large."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file, or all of a model, is too large.

A file of more than 1 MiB, more than 10,000 values, more than 20 levels, or with a key of more than 128 characters is a
mistake or an attempt to overload the check. It is not read: split it. A model whose layers together have more than
50,000 OAuth servers is not merged; inherited servers count for each layer. Its targets have no settings then, and are
neither checked nor used.

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

RULE = stage_rule("OG114", "file-too-large", Severity.ERROR, stage="discover", documentation=_PAGE)
