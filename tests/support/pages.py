"""HTML pages of projects, as the program writes them, for one day."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from oauthgit.discover.git import Repository
from oauthgit.model.project import Project
from oauthgit.model.report import Report
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
