"""Run smoke tests: plan the requests, send them, and judge the answers.

``make_plan`` selects the permitted requests offline, ``run`` sends them, ``list_first_requests`` returns the first ones
unsent, and ``report`` converts verdicts to findings.
"""

from oauthgit.probe.dry_run import list_first_requests
from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.permissions import stated_endpoints
from oauthgit.probe.plan import Plan, make_plan
from oauthgit.probe.runner import run
from oauthgit.probe.runner.verdicts import RunResult, report

__all__ = [
    "Limits",
    "Plan",
    "Progress",
    "RunResult",
    "list_first_requests",
    "make_plan",
    "report",
    "run",
    "stated_endpoints",
]
