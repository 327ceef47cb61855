"""Add the state of the project to reports that are written as an HTML page."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from oauthgit.cli.context import Context
from oauthgit.discover.git import Commit
from oauthgit.model.report import Report
from oauthgit.model.settings import Settings
from oauthgit.pipeline import Project

Completer = Callable[[Report], Report]


def complete_with(
    context: Context,
    project: Project,
    *,
    head: Commit | None = None,
    shown: Sequence[Settings] | None = None,
    limits: Sequence[str] = (),
) -> Completer:
    """Return a function that adds the project to the report of a page."""

    def complete(report: Report) -> Report:
        from oauthgit.pipeline.operations.page import PageOptions, add_page
        from oauthgit.reference.rules import text_of

        today = datetime.now(UTC).date().isoformat()
        common = context.common
        selected = ["only the named targets"] if project.selection.targets else []
        selected += [f"only the rules {', '.join(common.select)}"] if common.select else []
        selected += [f"no findings of the rules {', '.join(common.ignore)}"] if common.ignore else []
        options = PageOptions(today, context.ci.branch or "", head, shown, (*limits, *selected))
        completed = add_page(report, project, context.open_repository(project.workspace.root), options)
        return completed._replace(described=text_of)

    return complete
