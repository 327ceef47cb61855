"""Connect the stages; see check.py, and operations/ for the work of the commands."""

from oauthgit.model.errors import UsageError
from oauthgit.model.project import Project
from oauthgit.pipeline.check import load
from oauthgit.pipeline.operations.report import find_target, find_unmerged, report_of
from oauthgit.triage.unsuppressible import INTEGRITY

__all__ = ["INTEGRITY", "Project", "UsageError", "find_target", "find_unmerged", "load", "report_of"]
