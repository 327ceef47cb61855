"""OG711: a stranger's files checked out beside secrets."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.pointer import child
from oauthgit.model.regex import regex
from oauthgit.model.rule import Remark, workflow_rule
from oauthgit.model.settings import Origin
from oauthgit.model.workflow import Job, callers, triggers

_PRIVILEGED: Final = {"workflow_run", "issue_comment"}
_CHANGE: Final = regex(
    r"github\.event\.workflow_run\.head_(?:sha|commit|repository)|github\.event\.issue\.number|refs/pull/"
)
_FETCHED: Final = regex(r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull)\b[^\n]{0,300}?\bpull/")
_ASKS_WHO: Final = regex(
    r"head_repository|\.fork\b|workflow_run\.event\b|event_name|author_association|actor|\bneeds\.|\bsteps\."
)


@workflow_rule("OG711", Severity.ERROR)
def ci_secrets_on_fork(document: Document) -> Iterator[Remark]:
    """A job that holds secrets checks out what a stranger wrote, and runs oauthgit.

    GitHub gives a fork's `pull_request` no secrets. `workflow_run` and `issue_comment` have them all, whoever caused
    them, so such a job must not check out the pull request: anything that it then runs, an install step as much as a
    hook, can take the key that opens every secret (GitHub Security Lab, "Preventing pwn requests"). `oauthgit smoke`
    opens nothing on forks, but it cannot protect the environment that it is started in. Nothing is said where the job has
    an `environment`, which may need an approval, or where an `if` asks who is behind the run; in a job that it needs, too.

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
    if _PRIVILEGED.isdisjoint(trigger.event for trigger in triggers(document.data)):
        return
    for job in callers(document.data):
        if not job.secret or any(_is_guarded(each) for each in (job.data, *job.before)):
            continue
        for pointer in _checkouts(job):
            yield Remark(
                "what a stranger may have written is checked out in a job that holds secrets and runs oauthgit",
                pointer=pointer,
                remedy="check it with pull_request and without secrets, or let the job's if ask for the repository it comes from",
                related=(("a secret is given at", Origin("", None, document.locate(job.secret, key=True))),),
            )


def _is_guarded(job: Mapping[str, Any]) -> bool:
    return bool(job.get("environment")) or _ASKS_WHO.search(str(job.get("if"))) is not None


def _checkouts(job: Job) -> Iterator[str]:
    """Yield where a job gets the files of a pull request, but for steps with a condition that asks who wrote them."""
    for step in job.steps:
        if _ASKS_WHO.search(step.text("if")):
            continue
        if step.text("uses").startswith("actions/checkout@"):
            names = (name for name in ("ref", "repository") if _CHANGE.search(step.text("with", name)))
            yield from (child(child(step.pointer, "with"), name) for name in names)
        elif _FETCHED.search(step.text("run")):
            yield child(step.pointer, "run")
