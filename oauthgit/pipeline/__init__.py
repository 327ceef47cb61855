"""The stages joined, so this is the picture of how data flows.

    discover -> parse -> validate -> merge -> lint -> triage -> report     (loading)
                   |                   |
                   '-> decrypt ------ plan -> probe -------------> report   (proving)

Only this package knows more than one stage.
"""

from oauthgit.pipeline.loading import Project, UnusableError, blocking, load
from oauthgit.pipeline.proving import Proof, credentials, prove
from oauthgit.pipeline.reporting import report_of, target_named

__all__ = ["Project", "Proof", "UnusableError", "blocking", "credentials", "load", "prove", "report_of", "target_named"]
