"""Document OG104: a value that parsers read differently."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A value without quotation marks is read differently by different parsers.

`no` is a boolean in YAML 1.1 and text in YAML 1.2, `0123` is 83, 123 or text, `190:20:30` is 685230 or text, `1e5` is a
number or text, and an integer of more than 18 digits is rounded or refused. oauthgit reads all of them as text; the
next program, such as SOPS, may not (YAML 1.2.2 section 10.3). In the policy these words are allowed, because `off` is
one of its severities.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: 0123  # OG104: 0123 is not the same value to all YAML parsers
    require_pkce: yes  # OG104: yes is true or false to some YAML parsers
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: "0123"
    require_pkce: true
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG104", "yaml-ambiguous-scalar", Severity.ERROR, stage="parse", documentation=_PAGE, fix=SAFE)
