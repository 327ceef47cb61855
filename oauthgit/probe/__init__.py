"""Run smoke tests: plan the requests, send them, and judge the answers.

``plan`` selects the permitted requests offline, ``run`` sends them, ``rehearse`` returns the first ones unsent, and
``report`` converts verdicts to findings.
"""

from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.planning import Plan, plan
from oauthgit.probe.planning.endpoints import stated_endpoints
from oauthgit.probe.rehearsal import rehearse
from oauthgit.probe.running import run
from oauthgit.probe.running.telling import Proved, report

__all__ = ["Limits", "Plan", "Progress", "Proved", "plan", "rehearse", "report", "run", "stated_endpoints"]
