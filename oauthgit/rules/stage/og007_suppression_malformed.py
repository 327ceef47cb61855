"""Document OG007: a suppression in a wrong form."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment looks like a suppression but has a wrong form.

It suppresses nothing, and this finding informs its author. The form is `# oauthgit: ignore[OG301] reason`. Separate
several codes with commas, as in `[OG301,OG430]`. Add `until=2027-01-31` after the reason if the suppression must end.
Names and prefixes of codes are not accepted, and a code that does not exist is reported. A character that only looks
right, such as a no-break space (U+00A0) or a full-width colon, is named in the message.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
```

Reports OG007 at 3:5: this looks like a suppression, but does not have its form

```yaml iam_application
oauth_servers:
  crm:
    # oauthgit: ignor[OG301] the name of this client is fixed by contract
    client_id: crm-main  # OG301: client_id equals the inherited value
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

RULE = stage_rule("OG007", "suppression-malformed", Severity.ERROR, stage="triage", documentation=_PAGE)
