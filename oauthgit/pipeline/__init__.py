"""Connect the stages; see check.py, and operations/ for the work of the commands."""

from oauthgit.model.errors import UnusableError
from oauthgit.model.project import Project
from oauthgit.pipeline.check import load
from oauthgit.pipeline.operations.report import report_of, target_named, unmerged
from oauthgit.triage.fixed import INTEGRITY

__all__ = ["INTEGRITY", "Project", "UnusableError", "load", "report_of", "target_named", "unmerged"]
