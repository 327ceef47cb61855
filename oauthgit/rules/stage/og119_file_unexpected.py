"""Document OG119: a YAML file in an unknown place."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A YAML file is in a place where no kind of file belongs.

It is not read, although its author believes that it counts. These files are read:
`configs/branches/<model>/<branch>.yaml`, `configs/runtime_configurations/<model>/<branch>/<name>.yaml`,
`configs/iam_applications/<application>.yaml` and `configs/oauthgit.yaml`. Secrets files are beside the first three, and
all names end in `.yaml`.

The creation rules of SOPS, `.sops.yaml`, are beside `configs` or above it. Sops uses the nearest file from the folder
where it runs, so a file below would make sops encrypt for other readers than those that are checked.

Bad:

```yaml path=configs/branches/MAIN.yaml
kind: branch  # OG119: it is not in one of the known places
```

```yaml path=configs/iam_applications/insights-prod.yml
kind: iam_application  # OG119: its name does not end in .yaml
application: insights-prod
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

RULE = stage_rule("OG119", "file-unexpected", Severity.ERROR, stage="discover", documentation=_PAGE)
