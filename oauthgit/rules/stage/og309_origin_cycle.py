"""Document OG309: a cycle of origins."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The origins of branches form a cycle.

Each branch needs the settings of the other, so neither has any. One of the origins is wrong. Every branch of the cycle
is reported, because only its owner can decide which origin to change.

Bad:

```yaml path=configs/branches/EXAMPLE/FEATURE.yaml
kind: branch
model: EXAMPLE
branch: FEATURE
origin: MAIN  # OG309: the origins go round: FEATURE -> MAIN -> FEATURE
```

```yaml branch
kind: branch
model: EXAMPLE
branch: MAIN
origin: FEATURE
```

Good:

```yaml path=configs/branches/EXAMPLE/FEATURE.yaml
kind: branch
model: EXAMPLE
branch: FEATURE
origin: MAIN
```

```yaml branch
kind: branch
model: EXAMPLE
branch: MAIN
```
"""

RULE = stage_rule("OG309", "origin-cycle", Severity.ERROR, stage="merge", documentation=_PAGE)
