"""The stages joined, so this is the picture of how data flows.

    discover -> parse -> validate -> merge -> lint -> triage -> report  (assembling, islands, loading)
                   |                   |
                   '-> decrypt ------ plan -> probe -------------> report   (proving)

Only this package knows more than one stage. The second line is in ``pipeline.proving`` and loaded when it is walked.
"""

from oauthgit.model.errors import UnusableError
from oauthgit.model.project import Project
from oauthgit.pipeline.check import load
from oauthgit.pipeline.operations.report import report_of, target_named, unmerged
from oauthgit.triage.fixed import INTEGRITY

__all__ = ["INTEGRITY", "Project", "UnusableError", "load", "report_of", "target_named", "unmerged"]
