"""Check OG712: an unpinned action in a job with secrets."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.github_workflow import Step, callers
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.rule import RuleMatch, workflow_rule
from oauthgit.model.settings import Origin

_ACTION: Final = regex(r"([\w.-]+)/[\w./-]+@(\S+)")
_PINNED: Final = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OF_GITHUB: Final = {"actions", "github"}
_LONG: Final = 100


@workflow_rule("OG712", Severity.WARNING)
def ci_unpinned_action(document: Document) -> Iterator[RuleMatch]:
    """A job that has secrets uses somebody else's action by a tag or a branch.

    Anybody who can move the tag runs code in the job, and can read the key that opens every secret. This has happened
    to popular actions (CVE-2025-30066). The full hash of a commit cannot be moved (GitHub, "Secure use reference").
    Only jobs that run oauthgit and get a secret are checked. Actions of GitHub itself are not reported, because the
    runner is GitHub's as well. Use zizmor for all other jobs and for other problems.

    Bad:

    ```yaml path=.github/workflows/smoke.yml
    on: push
    jobs:
      smoke:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v5
          - uses: acme/setup-sops@v3  # OG712: acme/setup-sops@v3 can change at any time
          - run: oauthgit smoke
            env:
              SOPS_AGE_KEY: ${{ secrets.SOPS_AGE_KEY }}
    ```

    Good:

    ```yaml path=.github/workflows/smoke.yml
    on: push
    jobs:
      smoke:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v5
          - uses: acme/setup-sops@2f4d1c9a0b7e6835f1e2d3c4b5a697887f6e5d4c  # v3
          - run: oauthgit smoke
            env:
              SOPS_AGE_KEY: ${{ secrets.SOPS_AGE_KEY }}
    ```
    """
    for job in callers(document.data):
        for step in (Step(job.pointer, job.data), *job.steps) if job.secret else ():
            action = _ACTION.fullmatch(step.text("uses"))
            if action and action[1].lower() not in _OF_GITHUB and not _PINNED.fullmatch(action[2]):
                yield RuleMatch(
                    f"{redact_urls(action[0][:_LONG])} can change at any time, and this job has a secret",
                    pointer=child(step.pointer, "uses"),
                    remedy="Write the full hash of the commit that the tag points to, and the tag in a comment.",
                    related=(("a secret is given at", Origin("", None, document.locate(job.secret, key=True))),),
                )
