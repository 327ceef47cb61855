"""Two files or folders have names that differ only in the case of letters.

Git and Linux keep both; the usual file systems of Windows and macOS keep one, and which one is a matter of luck
(git-config, `core.ignoreCase`). So a colleague checks, tests and commits settings that are not those of the pipeline. This
includes folders of models and branches.

Bad:

```yaml path=configs/branches/EXAMPLE/MAIN.yaml
kind: branch
model: EXAMPLE
branch: MAIN
```

```yaml path=configs/branches/EXAMPLE/Main.yaml
kind: branch  # OG116: are the same name on a file system that ignores case
model: EXAMPLE
branch: Main
```

Good:

```yaml path=configs/branches/EXAMPLE/MAIN.yaml
kind: branch
model: EXAMPLE
branch: MAIN
```

```yaml path=configs/branches/EXAMPLE/NEXT.yaml
kind: branch
model: EXAMPLE
branch: NEXT
origin: MAIN
```
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG116", "path-case-collision", Severity.ERROR, stage="discover", documentation=__doc__)
