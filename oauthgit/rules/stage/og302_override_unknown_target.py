"""Document OG302: an override without a target."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
An override names a server, a branch or a model that does not exist.

The platform has no screen in which to enter such an override, and the target runs without it. Usually the name is
misspelt, or a server was renamed in the branch only.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml iam_application
oauth_servers:
  crn:  # OG302: crn is overridden here, but no branch below iam_application/example-prod defines it; did you mean "crm"?
    scopes: [api.read, api.write]
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

```yaml iam_application
oauth_servers:
  crm:
    scopes: [api.read, api.write]
```
"""

RULE = stage_rule("OG302", "override-unknown-target", Severity.ERROR, stage="merge", documentation=_PAGE)
