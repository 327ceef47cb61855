"""Document OG116: two paths that differ only in case."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Two files or folders have names that differ only in case.

Git and Linux keep both. The usual file systems of Windows and macOS keep only one of them, by chance (git-config,
`core.ignoreCase`). A colleague may then check, test and commit other settings than the pipeline uses. This includes
folders of models and branches.

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

RULE = stage_rule("OG116", "path-case-collision", Severity.ERROR, stage="discover", documentation=_PAGE)
