"""Document OG120: the markers of a merge conflict."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file has the markers of a merge conflict that nobody resolved.

Where two branches changed the same lines, git writes both versions between lines of `<<<<<<<`, `=======` and `>>>>>>>`;
with `merge.conflictStyle` diff3 or zdiff3 also those of the common ancestor, after `|||||||`. It is not known which
version counts, so the file is not read. All conflicts of a file are one finding.

Keep the lines that apply, and delete the others with the markers.

In a secrets file that is not possible: SOPS signs all values together, so a file with values of both sides does not
open. Take the whole file of one side, and write the secrets that the other side changed again:

```sh
git checkout --ours -- configs/iam_applications/insights-prod.secrets.yaml   # or --theirs
oauthgit secrets set insights-prod crm
git add configs/iam_applications/insights-prod.secrets.yaml
```

During a rebase, `--ours` is the branch that you rebase onto. If the markers are committed already, name a commit that
has the whole file: `git checkout COMMIT -- FILE`. To see which secrets differ, open both sides, where nobody watches:
`git show :2:FILE | sops decrypt --input-type yaml --output-type yaml`, and the same with `:3:`.

Bad:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
<<<<<<< HEAD  # OG120: git left a merge conflict here (<<<<<<<)
    client_id: crm-main
=======
    client_id: crm-new
>>>>>>> new-client
    grant_types: [client_credentials]
    scopes: [api.read]
```

Good:

```yaml branch
oauth_servers:
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-new
    grant_types: [client_credentials]
    scopes: [api.read]
```
"""

RULE = stage_rule("OG120", "file-merge-conflict", Severity.ERROR, stage="parse", documentation=_PAGE)
