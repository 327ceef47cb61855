"""Document OG707: a policy that grants more than the base."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A change to the policy grants more than the policy of the base.

The policy defines where secrets may go: trusted_hosts, networks, http_hosts, ca_file, proxy, env_secrets and
secrets.key_types. Without a check, a pull request could add a host and move an endpoint there in the same commit. With
`--base`, and in every pull request that CI checks, a smoke test takes these settings from the base, so a new host gets
nothing yet. This note lists the permissions that the merge will grant. `oauthgit validate` reports them too. It also
reports if `rules` switches a rule off or lowers its severity, in any environment, because such a change is easily
overlooked.

The note is for the reviewer, and the policy cannot switch it off. If the change is intended, there is nothing to fix.
"""

RULE = stage_rule("OG707", "policy-loosened", Severity.NOTE, stage="base", documentation=_PAGE)
