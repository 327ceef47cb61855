"""The origins of branches go round in a circle.

Each branch waits for the other's settings, so neither has any. One of the origins is wrong; every branch of the circle
is named, because only its owner knows which.

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
origin: FEATURE  # OG309: the origins go round: MAIN -> FEATURE -> MAIN
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

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG309", "origin-cycle", Severity.ERROR, stage="merge", documentation=__doc__)
