"""Document OG308: an origin that does not exist."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A branch inherits from a branch that does not exist.

Without its origin the branch has only a part of its settings. The same is true of every runtime configuration and IAM
application that inherits from it. The origin must be a branch of the same model.

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

RULE = stage_rule("OG308", "origin-unknown", Severity.ERROR, stage="merge", documentation=_PAGE)
