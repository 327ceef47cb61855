"""A comment or a baseline would suppress what is never suppressed.

Some findings say that a file was not checked, or that secrets are not safe; whoever could switch them off in a pull request
could have secrets sent where they do not belong. These stay, whatever a comment, a baseline or the policy says: errors of
oauthgit itself (OG0), of text, YAML and schema (OG1, OG2), layers that do not hold together, secrets in plain text and
secrets files whose integrity is in doubt, and everything that `oauthgit smoke` finds.

Comments count in layers and in the policy only. A secrets file is written by sops, which does not protect its comments,
and `.sops.yaml` belongs to sops as well.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG006 at 3:24: OG201 cannot be suppressed

```yaml iam_application
oauth_servers:
  crm:
    # oauthgit: ignore[OG201] an older name of scopes
    scope: [api.read]  # OG201: is not a setting
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
    scopes: [api.write]
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG006", "suppression-not-allowed", Severity.ERROR, stage="triage", documentation=__doc__)
