"""OG711: a stranger's files checked out beside secrets."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.github_checkout import CALLED, checkouts
from oauthgit.model.formats.github_guard import keeps_out
from oauthgit.model.formats.github_workflow import Job, callers, gates, triggers
from oauthgit.model.rule import Remark, workflow_rule
from oauthgit.model.settings import Origin

_PRIVILEGED: Final = frozenset({"workflow_run", "issue_comment"})


@workflow_rule("OG711", Severity.ERROR)
def ci_secrets_on_fork(document: Document) -> Iterator[Remark]:
    """A job that holds secrets checks out what a stranger wrote, and runs oauthgit.

    GitHub gives a fork's `pull_request` no secrets. `workflow_run` and `issue_comment` have them all, whoever caused
    them, so such a job must not check out the pull request: anything that it then runs, an install step as much as a
    hook, can take the key that opens every secret (GitHub Security Lab, "Preventing pwn requests"). `oauthgit smoke`
    opens nothing on forks, but it cannot protect the environment that it is started in. A change counts as checked out by
    an action called checkout, by `git` or by `gh pr checkout`, by whatever way its name comes there: through `env`, through
    the output of a step, or as an input of a workflow of this repository. A workflow that others call is looked at as well.

    Nothing is reported where the job has an `environment`, which may need an approval, or where the `if` of the job, of
    one that it needs, or of the step keeps strangers out. These do, joined with `&&`, or all sides of a `||`:

    - `github.event_name` is, or is not, an event that leaves these out;
    - the repository of the change is this one (`head_repository.full_name == github.repository`, `!...fork`), or its owner
      is `github.repository_owner`;
    - `author_association` is OWNER, MEMBER or COLLABORATOR, also as `contains(fromJSON('["OWNER"]'), ...)`;
    - `github.actor` or the sender's or commenter's login is a name, and not that of a bot, which others can pose as;
    - `github.event.workflow_run.event` is push, schedule, workflow_dispatch, repository_dispatch or release;
    - the output of a step or job is a certain value, as of an action that looks up permissions.

    Names of branches, titles, comments, labels, and that somebody is *not* a certain person prove nothing.

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
              ref: ${{ github.event.workflow_run.head_sha }}  # OG711: a stranger may have written is checked out
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
            yield Remark(
                "what a stranger may have written is checked out in a job that holds secrets and runs oauthgit",
                pointer=pointer,
                remedy="check it with pull_request and without secrets, or let the job's if ask for the repository it comes from",
                related=(("a secret is given at", Origin("", None, document.locate(job.secret, key=True))),),
            )


def _is_guarded(job: Job, events: frozenset[str]) -> bool:
    return any(each.get("environment") or keeps_out(each.get("if"), events) for each in gates(job))
