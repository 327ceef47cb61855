"""Document OG701: a secret in an earlier commit."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
An earlier commit contains a secret in plain text.

Git keeps everything that was ever committed: a secret that was encrypted, moved or deleted later is still in every
clone. Replace it at the authorization server (RFC 6819 section 5.1.4.1.3). Purge it from the history, with `git
filter-repo`, only after that: anybody may have a copy, and every clone must then be made again.

`oauthgit validate --history` searches each commit that HEAD, a local branch, a branch of a remote or a tag leads to. It
needs neither keys nor network. It reads files below `configs` whose names indicate YAML or JSON, including deleted and
renamed ones and copies such as `x.yaml.bak`. There is one finding for a file and a pointer, at the current place, or at
line 1 if there is none. It names the last commit that wrote a secret there, and the place in that commit. Placeholders
and `{from_env: NAME}` are not secrets. OG501 reports a secret that is still there.

After the secret is replaced, `--write-baseline` together with `--history` records the finding. A secret that leaks at
the same place later is a new finding, because the message names its commit. In CI the whole history must be available
(`fetch-depth: 0`); otherwise a line on standard error reports it.
"""

RULE = stage_rule("OG701", "secret-in-history", Severity.ERROR, stage="history", documentation=_PAGE)
