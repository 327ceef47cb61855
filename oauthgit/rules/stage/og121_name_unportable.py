"""Document OG121: a name that Windows cannot have."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file or folder has a name that Windows cannot have.

Git and Linux keep such a file; on Windows, `git checkout` of the repository fails or leaves the file out. These are the
names of devices with any ending (CON, PRN, AUX, NUL, COM0 to COM9, LPT0 to LPT9), names that end with a dot or a blank,
and names with one of the characters `< > : " | ? * \\` (Microsoft, "Naming Files, Paths, and Namespaces").

Bad:

```yaml path=configs/iam_applications/aux.yaml
kind: iam_application  # OG121: aux is the name of a device there
application: aux
model: EXAMPLE
branch: MAIN
environment: test
```

Good:

```yaml path=configs/iam_applications/auxiliary.yaml
kind: iam_application
application: auxiliary
model: EXAMPLE
branch: MAIN
environment: test
```
"""

RULE = stage_rule("OG121", "name-unportable", Severity.ERROR, stage="discover", documentation=_PAGE)
