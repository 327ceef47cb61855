"""Document OG311: a target without servers."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A runtime configuration or an application has no OAuth server.

Neither the file nor a branch below it defines one, so there is nothing to check, to test or to enter. Usually the model
or the branch is wrong, or the servers are not written yet.

Bad:

```yaml branch
oauth_servers: {}
```

```yaml iam_application
kind: iam_application  # OG311: iam_application/example-prod has no OAuth server
application: example-prod
model: EXAMPLE
branch: MAIN
environment: production
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
environment: production
```
"""

RULE = stage_rule("OG311", "target-without-settings", Severity.NOTE, stage="validate", documentation=_PAGE)
