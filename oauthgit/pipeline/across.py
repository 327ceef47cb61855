"""Run the rules that compare all models with each other, on files that may match."""

from collections.abc import Collection, Sequence

from oauthgit import lint
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.merge import size
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import File
from oauthgit.pipeline.read import Context, read_documents
from oauthgit.pipeline.resolve import resolve


def check_across(files: Collection[File], evaluations: Sequence[Evaluation], context: Context) -> list[Finding]:
    """Return the findings across ``files``, or OG009 if there are too many to compare."""
    if not files:
        return []
    paths = {file.path for file in files}
    concerned = [each for each in evaluations if not paths.isdisjoint(each.paths)]
    servers = sum(sum(each.servers.values()) for each in concerned)
    if len(concerned) > 1 and servers > size.SERVERS:
        return [_report_uncompared(len(concerned), servers)]
    documents = read_documents(files)
    targets, _ = resolve(documents, context.given)
    return lint.lint_across(context.checks, [*context.shared, *documents.raw], targets, context.policy)


def _report_uncompared(models: int, servers: int) -> Finding:
    return Finding(
        "OG009",
        f"{models:,} models seem to share keys, secrets or clients, and have {servers:,} OAuth servers together, too many to "
        "compare: OG525, OG604, OG605 and OG606 were not checked across models",
        Location(f"{CONFIGS}/{POLICY}"),
        remedy="Let fewer models share keys, secrets or clients, or give them a configs/ folder of their own.",
    )
