"""Document OG108: a tag or a directive."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value has a tag, or the file has a directive.

A tag gives a value a special type (YAML 1.2.2 section 6.8 and 6.9). `!vault` and `!include` have a meaning in one
program only, and `!!python/object` makes careless parsers run code. No setting needs a tag: quote a value that must be
text.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: !!str 4711  # OG108: a tag
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "4711"
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG108", "yaml-custom-tag", Severity.ERROR, stage="parse", documentation=_PAGE)
