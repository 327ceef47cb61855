"""The probes: what a smoke test asks, and what the answers prove.

``plan`` decides offline what may be asked, ``run`` asks, ``rehearse`` shows what would be asked, and ``report`` turns
verdicts into findings. Of the rooms below, ``planning/`` holds the gate, ``wire/`` carries the requests of
``requests.py``, ``read/`` judges answers and decides what to ask next, and ``running/`` puts it in order.
"""

from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.planning import Plan, plan
from oauthgit.probe.planning.endpoints import stated_endpoints
from oauthgit.probe.rehearsal import rehearse
from oauthgit.probe.running import run
from oauthgit.probe.running.telling import Proved, report

__all__ = ["Limits", "Plan", "Progress", "Proved", "plan", "rehearse", "report", "run", "stated_endpoints"]
