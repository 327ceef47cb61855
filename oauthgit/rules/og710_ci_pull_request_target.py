"""Check OG710: oauthgit in a pull_request_target workflow."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.github_guard import keeps_out
from oauthgit.model.formats.github_workflow import Job, callers, gates, triggers
from oauthgit.model.rule import RuleMatch, workflow_rule
from oauthgit.model.settings import Origin

_EVENTS: Final = frozenset({"pull_request_target"})


@workflow_rule("OG710", Severity.ERROR)
def ci_pull_request_target(document: Document) -> Iterator[RuleMatch]:
    """A workflow that `pull_request_target` starts runs oauthgit.

    For every pull request, even of a stranger, such a workflow has the secrets of the repository and a token that may
    write. It checks out the base branch (GitHub, "Events that trigger workflows"). So either oauthgit checks only the
    files that are merged already, and not the change. Or the job checks out the change, and a stranger's files are
    beside the secrets. `pull_request` avoids both: a fork gets no secrets, and `oauthgit smoke` sends nothing there. An
    action or a workflow of this repository (`uses: ./...`) counts as running oauthgit in a workflow that names it.

    A job or step counts as guarded if its `if` excludes the event, as `github.event_name != 'pull_request_target'`
    does, or if it excludes strangers in one of the ways that OG711 lists. No other condition counts.

    Bad:

    ```yaml path=.github/workflows/settings.yml
    on:
      push:
      pull_request_target:  # OG710: pull_request_target starts a job that runs oauthgit
    jobs:
      settings:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v5
          - run: pip install . && oauthgit validate
    ```

    Good:

    ```yaml path=.github/workflows/settings.yml
    on: [push, pull_request]
    jobs:
      settings:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v5
            with: {fetch-depth: 0}
          - run: pip install . && oauthgit validate
    ```
    """
    found = [trigger for trigger in triggers(document.data) if trigger.event in _EVENTS]
    job = next((job for job in callers(document.data, local=True) if not _is_guarded(job)), None) if found else None
    if job:
        for trigger in found:
            yield RuleMatch(
                "pull_request_target starts a job that runs oauthgit: it has the repository's secrets, and checks out the base",
                pointer=trigger.pointer,
                at_key=trigger.at_key,
                remedy="Start it with pull_request: a fork then gets no secrets, and oauthgit checks its change.",
                related=(("oauthgit runs at", Origin("", None, document.locate(job.caller, key=True))),),
            )


def _is_guarded(job: Job) -> bool:
    calling = (step.data for step in job.steps if job.caller.startswith(f"{step.pointer}/"))
    return any(keeps_out(each.get("if"), _EVENTS) for each in (*gates(job), *calling))
