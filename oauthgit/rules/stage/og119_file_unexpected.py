"""A YAML file lies where no kind of file belongs.

It would not be read, and whoever wrote it would believe that it counts. Files lie in `configs/branches/<model>/<branch>.yaml`,
`configs/runtime_configurations/<model>/<branch>/<name>.yaml`, `configs/iam_applications/<application>.yaml` and
`configs/oauthgit.yaml`, secrets files beside the first three, and all of them end in `.yaml`. The creation
rules of SOPS, `.sops.yaml`, lie beside `configs` or above it: sops goes by the nearest one where it is run, so one below has sops
encrypt for other readers than those that are checked.

Bad:

```yaml path=configs/branches/MAIN.yaml
kind: branch  # OG119: it is not in one of the known places
```

```yaml path=configs/iam_applications/insights-prod.yml
kind: iam_application  # OG119: its name does not end in .yaml
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

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG119", "file-unexpected", Severity.ERROR, stage="discover", documentation=__doc__)
