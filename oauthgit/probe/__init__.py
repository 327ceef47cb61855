"""Run smoke tests: plan the requests, send them, and judge the answers.

``plan`` selects the permitted requests offline, ``run`` sends them, ``dry_run`` returns the first ones unsent, and
``report`` converts verdicts to findings.
"""

from oauthgit.probe.dry_run import dry_run
from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.permissions import stated_endpoints
from oauthgit.probe.plan import Plan, plan
from oauthgit.probe.runner import run
from oauthgit.probe.runner.verdicts import RunResult, report

__all__ = ["Limits", "Plan", "Progress", "RunResult", "dry_run", "plan", "report", "run", "stated_endpoints"]
