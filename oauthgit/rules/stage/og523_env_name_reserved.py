"""A client secret is taken from an environment variable that is none of its own.

`{from_env: NAME}` sends the value of NAME to a token endpoint. In a pipeline the environment also holds what the pipeline
itself lives on: the age key that opens every secrets file, the token of the repository, credentials of a cloud. A layer
that names one of those would give it away, so their names are reserved, in layers and below env_secrets of the policy.
Whether letters are small or capital makes no difference. The schema refuses them, and a smoke test refuses them once more
before it reads a variable; it also refuses a value that is a private key (age, PGP, SSH, TLS), whatever the variable is
called. Nothing of the value is part of the message.

Give the client's secret a variable of its own: AZURE_CRM_SECRET is fine, AZURE_CLIENT_SECRET is not.

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

from oauthgit.model.finding import Severity
from oauthgit.model.formats.reserved_variable import RESERVED_NAMES, RESERVED_PREFIXES
from oauthgit.model.rule import stage_rule

_LISTS = {"PREFIXES": RESERVED_PREFIXES, "NAMES": RESERVED_NAMES}


def _with_lists(text: str) -> str:
    for word, names in _LISTS.items():
        text = text.replace(f" {word}\n", f" {', '.join(f'`{name}`' for name in names)}.\n")
    return text


RULE = stage_rule(
    "OG523", "env-name-reserved", Severity.ERROR, stage="validate", documentation=_with_lists(__doc__ or "")
)
