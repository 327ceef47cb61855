"""Document OG523: an environment variable that is reserved."""

from oauthgit.model.finding import Severity
from oauthgit.model.formats.reserved_variable import RESERVED_NAMES, RESERVED_PREFIXES
from oauthgit.model.rule import stage_rule

_PAGE = """\
A client secret is taken from an environment variable that is reserved.

`{from_env: NAME}` sends the value of NAME to a token endpoint. In a pipeline the environment also contains the
credentials of the pipeline itself: the age key that opens every secrets file, the token of the repository, credentials
of a cloud. A layer that names one of those would disclose it, so their names are reserved, in layers and below
`env_secrets` of the policy. Case makes no difference. The schema refuses these names, and a smoke test refuses them
again before it reads a variable. It also refuses a value that is a private key (age, PGP, SSH, TLS), whatever the name
of the variable. The message never contains a part of the value.

Use a separate variable for the client's secret: AZURE_CRM_SECRET is fine, AZURE_CLIENT_SECRET is not.

Reserved are names that begin with PREFIXES

Reserved are the names NAMES

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret: {from_env: SOPS_AGE_KEY}  # OG523: from_env names a variable that begins with SOPS_, which is reserved
    grant_types: [client_credentials]
    scopes: [api.read]
```

Bad:

```yaml policy
trusted_hosts: [crm.example.com]
env_secrets:
  vault_token: https://crm.example.com/oauth/token  # OG523: the key names the variable VAULT_TOKEN, which is reserved
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    client_secret: {from_env: AZURE_CRM_SECRET}
    grant_types: [client_credentials]
    scopes: [api.read]
```

```yaml policy
trusted_hosts: [crm.example.com]
env_secrets:
  AZURE_CRM_SECRET: https://crm.example.com/oauth/token
```
"""

_LISTS = {"PREFIXES": RESERVED_PREFIXES, "NAMES": RESERVED_NAMES}


def _with_lists(text: str) -> str:
    for word, names in _LISTS.items():
        text = text.replace(f" {word}\n", f" {', '.join(f'`{name}`' for name in names)}.\n")
    return text


RULE = stage_rule("OG523", "env-name-reserved", Severity.ERROR, stage="validate", documentation=_with_lists(_PAGE))
