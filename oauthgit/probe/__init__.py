"""The probes: what a smoke test asks, and what the answers prove.

``plan`` decides offline what may be asked, ``run`` asks, ``report`` turns verdicts into findings.
"""

from oauthgit.probe.findings import report
from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.planning import Plan, plan
from oauthgit.probe.runner import run

__all__ = ["Limits", "Plan", "Progress", "plan", "report", "run"]
