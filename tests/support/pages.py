"""HTML pages of projects, as the program writes them, for one day."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from oauthgit.discover.git import Repository
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Stamp, Verdict
from oauthgit.pipeline import load, report_of
from oauthgit.pipeline.operations.merge_reports import merge_reports
from oauthgit.pipeline.operations.page import PageOptions, add_page
from oauthgit.reference.rules import text_of
from oauthgit.report import html
from support.git import committed
from support.page_projects import spoil
from support.paths import REPOSITORY

TODAY = date(2026, 11, 29)


def copy_sample(root: Path, *, spoilt: bool = False) -> Path:
    """Copy the sample into a repository with a remote, with mistakes if ``spoilt``."""
    shutil.copytree(REPOSITORY / "configs", root / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", root)
    if spoilt:
        spoil(root, TODAY)
    committed(root)
    return root


def report_of_page(root: Path, parts: tuple[str, ...] = (), **more: Any) -> tuple[Project, Report]:
    """Check the project in ``root`` and return it with the report of its page."""
    project = load(root, today=TODAY.isoformat())
    report = report_of(project, **more)
    if parts:
        report = merge_reports(parts, report)
    options = PageOptions(TODAY.isoformat())
    return project, add_page(report, project, Repository(root, "/usr/bin:/bin"), options)._replace(described=text_of)


def write_page(root: Path, report: Report) -> Path:
    """Write the page of a report beside the settings, and return its path."""
    path = root / "oauthgit.html"
    path.write_text(html.render(report), encoding="utf-8")
    return path


def with_verdicts(report: Report) -> Report:
    """Return the report with a verdict for every server of the targets that run, most of them accepted."""
    assert report.page
    outcomes = {5: Outcome.REJECTED, 11: Outcome.ACCEPTED_WITH_REMARKS, 17: Outcome.UNREACHABLE, 23: Outcome.NOT_RUN}
    verdicts = [
        Verdict(
            *key,
            "client_credentials",
            outcomes.get(number, Outcome.ACCEPTED),
            REASONS.get(outcomes.get(number, Outcome.ACCEPTED), "token for 3600 s, scope as requested, revoked"),
            Location("configs/branches/INSIGHTS/MAIN.yaml", 11, 21, 11, 66),
            stamp=Stamp("c" * 40, "0.1.0", "2026-11-28T04:23:00Z", digest if number % 9 else "0" * 64),
        )
        for number, (key, digest) in enumerate(report.page.digests.items())
    ]
    return report._replace(verdicts=tuple(verdicts))


REASONS = {
    Outcome.REJECTED: "the server refuses the client",
    Outcome.UNREACHABLE: "connection refused",
    Outcome.NOT_RUN: "the host is not in trusted_hosts",
}
