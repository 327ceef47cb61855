"""An earlier commit holds a secret in plain text.

Git keeps what was ever committed: a secret that was encrypted, moved or deleted later is still in every clone. So it has
to be replaced at the authorization server (RFC 6819 section 5.1.4.1.3). Purging it from the history, with `git
filter-repo`, is worth something only after that, for nobody knows who has a copy; every clone must then be made anew.

Found by `oauthgit validate --history`, in each commit that HEAD, a local branch, a branch of a remote or a tag leads to;
it needs neither keys nor network. Files below `configs` are looked at whose names say YAML or JSON, deleted and renamed
ones and copies such as `x.yaml.bak` included. There is one finding for a file and a pointer, at the place of today, or at
line 1 where there is none: it names the last commit that wrote a secret there, and where it stood. Placeholders and
`{from_env: NAME}` are no secrets. A secret that stands there still is OG501's.

Once the secret is replaced, `--write-baseline` together with `--history` takes note of it: a secret that leaks at the
same place afterwards is a new finding, for the message names its commit. In CI the whole history must be there
(`fetch-depth: 0`); if it is not, a line on standard error says so.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG701", "secret-in-history", Severity.ERROR, stage="history", documentation=__doc__)
