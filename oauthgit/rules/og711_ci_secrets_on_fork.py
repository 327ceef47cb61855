"""Check OG711: a checkout of a stranger's files beside secrets."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.github_checkout import CALLED, checkouts
from oauthgit.model.formats.github_guard import keeps_out
from oauthgit.model.formats.github_workflow import Job, callers, gates, triggers
from oauthgit.model.rule import RuleMatch, workflow_rule
from oauthgit.model.settings import Origin

_PRIVILEGED: Final = frozenset({"workflow_run", "issue_comment"})


@workflow_rule("OG711", Severity.ERROR)
def ci_secrets_on_fork(document: Document) -> Iterator[RuleMatch]:
    """A job that has secrets checks out a stranger's change and runs oauthgit.

    GitHub gives a fork's `pull_request` no secrets. `workflow_run` and `issue_comment` have them all, whoever caused
    them, so such a job must not check out the pull request. Anything that it then runs, an install step as much as a
    hook, can take the key that opens every secret (GitHub Security Lab, "Preventing pwn requests"). `oauthgit smoke`
    opens nothing on forks, but it cannot protect the environment in which it is started.

    A change counts as checked out by an action called checkout, by `git` or by `gh pr checkout`. Its name may come
    through `env`, through the output of a step, or as an input of a workflow of this repository. A workflow that others
    call is checked as well.

    Nothing is reported if the job has an `environment`, which may need an approval, or if the `if` of the job, of one
    that it needs, or of the step excludes strangers. These conditions do, joined with `&&`, or on all sides of a `||`:

    - `github.event_name` is, or is not, an event that excludes the two above;
    - the repository of the change is this one (`head_repository.full_name == github.repository`, `!...fork`), or its
      owner is `github.repository_owner`;
    - `author_association` is OWNER, MEMBER or COLLABORATOR, also as `contains(fromJSON('["OWNER"]'), ...)`;
    - `github.actor` or the login of the sender or commenter is a given name, but not that of a bot, because others can
      pose as a bot;
    - `github.event.workflow_run.event` is push, schedule, workflow_dispatch, repository_dispatch or release;
    - the output of a step or job has a given value, for example from an action that looks up permissions.

    Names of branches, titles, comments and labels prove nothing, and neither does a test that somebody is *not* a given
    person.

    Bad:

    ```yaml path=.github/workflows/smoke.yml
    on:
      workflow_run:
        workflows: [settings]
        types: [completed]
    jobs:
      smoke:
        runs-on: ubuntu-latest
        env:
          SOPS_AGE_KEY: ${{ secrets.SOPS_AGE_KEY }}
        steps:
          - uses: actions/checkout@v5
            with:
              ref: ${{ github.event.workflow_run.head_sha }}  # OG711: a stranger may have written are checked out
          - run: pip install . && oauthgit smoke
    ```

    Good:

    ```yaml path=.github/workflows/smoke.yml
    on:
      workflow_run:
        workflows: [settings]
        types: [completed]
    jobs:
      smoke:
        if: github.event.workflow_run.head_repository.full_name == github.repository
        runs-on: ubuntu-latest
        env:
          SOPS_AGE_KEY: ${{ secrets.SOPS_AGE_KEY }}
        steps:
          - uses: actions/checkout@v5
            with:
              ref: ${{ github.event.workflow_run.head_sha }}
          - run: pip install . && oauthgit smoke
    ```
    """
    stated = {trigger.event for trigger in triggers(document.data)}
    events = _PRIVILEGED & stated or CALLED & stated
    shared = document.data.get("env") if events else None
    for job in callers(document.data, local=True) if events else ():
        if not job.secret or _is_guarded(job, events):
            continue
        for pointer in checkouts(job, shared, events):
            yield RuleMatch(
                "files that a stranger may have written are checked out in a job that has secrets and runs oauthgit",
                pointer=pointer,
                remedy="Check them with pull_request and without secrets, or let the job's if test their repository.",
                related=(("a secret is given at", Origin("", None, document.locate(job.secret, key=True))),),
            )


def _is_guarded(job: Job, events: frozenset[str]) -> bool:
    return any(each.get("environment") or keeps_out(each.get("if"), events) for each in gates(job))
