"""OG710: a workflow for strangers' pull requests that has the rights of the repository."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.github_guard import keeps_out
from oauthgit.model.formats.github_workflow import Job, callers, gates, triggers
from oauthgit.model.rule import Remark, workflow_rule
from oauthgit.model.settings import Origin

_EVENTS: Final = frozenset({"pull_request_target"})


@workflow_rule("OG710", Severity.ERROR)
def ci_pull_request_target(document: Document) -> Iterator[Remark]:
    """A workflow that `pull_request_target` starts runs oauthgit.

    Such a workflow has the secrets of the repository and a token that may write, whoever made the pull request, and it
    checks out the base branch (GitHub, "Events that trigger workflows"). So oauthgit either checks what is there already
    and says nothing of the change, or the job checks out the change, and then a stranger's files lie beside the secrets.
    `pull_request` needs neither: a fork gets no secrets, and `oauthgit smoke` sends nothing there. An action or a workflow
    of this repository (`uses: ./...`) counts as running oauthgit in a workflow that names it.

    A job or step counts as guarded if its `if` leaves the event out, as `github.event_name != 'pull_request_target'`, or
    keeps strangers out as OG711 lists it. Any other condition proves nothing.

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
          - run: pipx run oauthgit validate
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
          - run: pipx run oauthgit validate
    ```
    """
    found = [trigger for trigger in triggers(document.data) if trigger.event in _EVENTS]
    job = next((job for job in callers(document.data, local=True) if not _is_guarded(job)), None) if found else None
    if job:
        for trigger in found:
            yield Remark(
                "pull_request_target starts a job that runs oauthgit: it has the repository's secrets, and checks out the base",
                pointer=trigger.pointer,
                at_key=trigger.at_key,
                remedy="let pull_request start it; a fork then gets no secrets, and its change is what is checked",
                related=(("oauthgit runs at", Origin("", None, document.locate(job.caller, key=True))),),
            )


def _is_guarded(job: Job) -> bool:
    calling = (step.data for step in job.steps if job.caller.startswith(f"{step.pointer}/"))
    return any(keeps_out(each.get("if"), _EVENTS) for each in (*gates(job), *calling))
