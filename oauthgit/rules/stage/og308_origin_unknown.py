"""A branch inherits from a branch that does not exist.

Without its origin the branch has only a part of its settings, and so has every runtime configuration and IAM
application that stands on it. The origin is a branch of the same model.

Bad:

```yaml branch
kind: branch
model: EXAMPLE
branch: MAIN
origin: TRUNK  # OG308: branch/EXAMPLE/MAIN inherits from branch TRUNK of model EXAMPLE, which does not exist
```

Good:

```yaml path=configs/branches/EXAMPLE/TRUNK.yaml
kind: branch
model: EXAMPLE
branch: TRUNK
```

```yaml branch
kind: branch
model: EXAMPLE
branch: MAIN
origin: TRUNK
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG308", "origin-unknown", Severity.ERROR, stage="merge", documentation=__doc__)
