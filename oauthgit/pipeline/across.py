"""Run the rules that compare all layers with each other, on layers that may match."""

from oauthgit import lint
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.lint.correlation import collisions
from oauthgit.merge import size
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.read import Context, read_documents
from oauthgit.pipeline.resolve import chain_of, resolve


def check_across(workspace: Workspace, whole: Evaluation, context: Context) -> list[Finding]:
    """Return the findings across layers, or OG009 if there are too many to compare."""
    suspect = collisions(whole.correlation_keys)
    if not suspect:
        return []
    chains = {layer: tuple(chain_of(layer, whole.parents)) for layer in suspect}
    servers = sum(whole.servers.get(layer, 0) for layer in suspect)
    if servers > size.SERVERS:
        return [_report_uncompared(len({chain[-1].rpartition("/")[0] for chain in chains.values()}), servers)]
    concerned = {layer for chain in chains.values() for layer in chain}
    documents = read_documents(file for file in workspace.files if file.layer in concerned and not file.is_shared)
    targets, _ = resolve(documents, context.given)
    return lint.lint_across(context.checks, [*context.shared, *documents.raw], targets, context.policy)


def _report_uncompared(models: int, servers: int) -> Finding:
    return Finding(
        "OG009",
        f"{models:,} models seem to share keys, secrets or clients, and have {servers:,} OAuth servers together, too many to "
        "compare: OG525, OG604, OG605 and OG606 were not checked across layers",
        Location(f"{CONFIGS}/{POLICY}"),
        remedy="Let fewer models share keys, secrets or clients, or give them a configs/ folder of their own.",
    )
