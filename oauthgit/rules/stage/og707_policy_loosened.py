"""A change to the policy grants more than the branch it is made for.

The policy says where secrets may go: trusted_hosts, networks, http_hosts, ca_file, proxy, env_secrets and
secrets.key_types. A pull request that adds a host and moves an endpoint there in the same commit would otherwise open the
door for itself. With `--base`, and in every pull request that CI checks, a smoke test takes these settings from the
base, so the new host gets nothing yet; this note says what will be granted once the change is merged. `oauthgit
validate` says the same, and also where `rules` switches a rule off or takes it less seriously than before, in any
environment: what a run no longer fails for is easily overlooked in a long change.

It is for the reviewer, and the policy cannot switch it off. Nothing is to be mended if the change is meant.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG707", "policy-loosened", Severity.NOTE, stage="base", documentation=__doc__)
