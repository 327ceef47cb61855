"""Document OG004: a suppression that is not used."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment suppresses a finding that does not exist.

The problem was fixed, or it is on another line. If the comment stays, it hides the next finding of that rule at this
place, which nobody has reviewed. A comment at the end of a line applies to that line. A comment on its own line applies
to the next line with a key or a value. The line that a report names is the one that counts. If a rule was not run,
because of `--select`, `--ignore` or `off` in the policy, its comments are not reported as unused.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG004 at 3:46: OG301 finds nothing here

```yaml iam_application
oauth_servers:
  crm:
    client_id: crm-production  # oauthgit: ignore[OG301] the name is fixed by contract
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
    client_id: crm-main  # oauthgit: ignore[OG301] the name of this client is fixed by contract
```
"""

RULE = stage_rule("OG004", "suppression-unused", Severity.WARNING, stage="triage", documentation=_PAGE)
