"""Document OG118: a file name that is invalid on the platform."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file or folder has a name that is invalid on the platform.

The names below `configs/` are the identities of models, branches, runtime configurations and applications, and appear
in reports, logs and on command lines. They begin with an ASCII letter or digit and continue with letters, digits,
spaces and `_ . @ -`. Line breaks, invisible characters and names that look like an option are refused.

Bad:

```yaml path=configs/iam_applications/-insights.yaml
kind: iam_application  # OG118: cannot name a model, branch, configuration or application
application: insights
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
"""

RULE = stage_rule("OG118", "file-name-invalid", Severity.ERROR, stage="discover", documentation=_PAGE)
