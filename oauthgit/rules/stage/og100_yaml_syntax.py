"""Document OG100: a file that is not YAML."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The file is not YAML.

Its settings cannot be checked until it can be read. Usually a line is indented by one space too many, or a colon or a
closing quotation mark is missing. A value may also begin with a character that has a meaning in YAML (YAML 1.2.2
section 5.3): quote such a value.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
     client_id: crm-main  # OG100: the line is indented too deeply
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml policy
trusted_hosts:
  - *.example.okta.com  # OG100: a '*' or '&' without quotation marks begins an alias
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

```yaml policy
trusted_hosts:
  - "*.example.okta.com"
  - crm.example.com
```
"""

RULE = stage_rule("OG100", "yaml-syntax", Severity.ERROR, stage="parse", documentation=_PAGE)
