"""OG710: a workflow for strangers' pull requests that has the rights of the repository."""

from collections.abc import Iterator

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.rule import Remark, workflow_rule
from oauthgit.model.settings import Origin
from oauthgit.model.workflow import Job, callers, triggers


@workflow_rule("OG710", Severity.ERROR)
def ci_pull_request_target(document: Document) -> Iterator[Remark]:
    """A workflow that `pull_request_target` starts runs oauthgit.

    Such a workflow has the secrets of the repository and a token that may write, whoever made the pull request, and it
    checks out the base branch (GitHub, "Events that trigger workflows"). So oauthgit either checks what is there already
    and says nothing of the change, or the job checks out the change, and then a stranger's files lie beside the secrets.
    `pull_request` needs neither: a fork gets no secrets, and `oauthgit smoke` knows that and sends nothing. A job or step
    whose `if` asks for `github.event_name` is taken to leave the event out.

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
    job = next((job for job in callers(document.data) if not _asks_for_the_event(job)), None)
    for trigger in triggers(document.data) if job else ():
        if job and trigger.event == "pull_request_target":
            yield Remark(
                "pull_request_target starts a job that runs oauthgit: it has the repository's secrets, and checks out the base",
                pointer=trigger.pointer,
                at_key=trigger.at_key,
                remedy="let pull_request start it; a fork then gets no secrets, and its change is what is checked",
                related=(("oauthgit runs at", Origin("", None, document.locate(job.caller, key=True))),),
            )


def _asks_for_the_event(job: Job) -> bool:
    conditions = [
        job.data.get("if"),
        *(step.data.get("if") for step in job.steps if job.caller.startswith(f"{step.pointer}/")),
    ]
    return any("github.event_name" in condition for condition in conditions if isinstance(condition, str))
