"""Document OG006: a suppression of a finding that must stay."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment or a baseline would suppress a finding that must stay.

Some findings report that a file was not checked, or that secrets are not safe. Anybody who could suppress them in a
pull request could have secrets sent to the wrong place. A comment, a baseline or the policy cannot suppress these:
errors of oauthgit itself (OG0), of text, YAML and schema (OG1, OG2), inconsistent layers, secrets in plain text,
secrets files whose integrity is in doubt, and all findings of `oauthgit smoke`.

Comments count in layers and in the policy only. Sops writes secrets files and does not protect their comments, and
`.sops.yaml` belongs to sops as well.

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

RULE = stage_rule("OG006", "suppression-not-allowed", Severity.ERROR, stage="triage", documentation=_PAGE)
