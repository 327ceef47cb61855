"""``oauthgit smoke``: do these credentials work?"""

import argparse
import os
from collections import Counter

from oauthgit.cli.effective import targets_of
from oauthgit.cli.exits import Exit
from oauthgit.cli.progress import Line
from oauthgit.cli.writing import check_formats, say, write
from oauthgit.model.finding import Severity
from oauthgit.model.verdict import Outcome
from oauthgit.pipeline import UnusableError, blocking, load, report_of
from oauthgit.pipeline.proving import Proof, prove
from oauthgit.triage import Choice, worst


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="ids or unique endings of ids (default: all runtime configurations and IAM applications)",
    )
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="ask an authorization server in this process instead: proves the configuration, not the provider",
    )
    parser.add_argument(
        "--require-proof", action="store_true", help="exit 6 where an answer proves nothing or a test was not run"
    )


def run(options: argparse.Namespace) -> Exit:
    """Try every distinct credential once and report a verdict for every target that holds it."""
    check_formats(options, frozenset({"verdicts"}))
    project = load(".", choice=Choice(options.select, options.ignore))
    if not project.usable:
        write(options, report_of(project))
        say(
            options,
            "configs/oauthgit.yaml is the policy and has errors; it decides where secrets may go, so nothing was sent (exit 2)",
            always=True,
        )
        return Exit.USAGE
    if project.policy["smoke"]["control"]:
        raise UnusableError("smoke.control in the policy is not available in this version; take it out")
    chosen = targets_of(project, options.targets)
    broken = blocking(project.findings)
    environment = dict(os.environ)  # noqa: TID251 - this is the command line
    with Line(options) as line:
        try:
            proof = prove(project, chosen, environment, sandbox=options.sandbox, listen=line.show)
        except ImportError as error:
            raise UnusableError(f"the sandbox needs {error.name}: pip install 'oauthgit[sandbox]'") from None
    causes = tuple(finding for finding in project.findings if not broken.keys().isdisjoint(finding.targets))
    findings = (*causes, *proof.findings)
    write(options, report_of(project, findings, verdicts=proof.verdicts))
    code = _exit_of(options, proof, worst(findings))
    _say_why(options, proof, code)
    return code


def _exit_of(options: argparse.Namespace, proof: Proof, found: Severity | None) -> Exit:
    """Return the code for the worst that was seen: a refusal is certain, a missing answer is not."""
    counts = Counter(verdict.outcome for verdict in proof.verdicts)
    if counts[Outcome.REJECTED]:
        return Exit.REJECTED
    if any(finding.code == "OG516" for finding in proof.findings):
        return Exit.SECRETS_UNAVAILABLE
    unproven = counts[Outcome.INCONCLUSIVE] + counts[Outcome.NOT_RUN] if options.require_proof else 0
    if counts[Outcome.UNREACHABLE] or (unproven and counts.total() > counts[Outcome.NOT_RUN]):
        return Exit.NOT_PROVEN
    if counts.total() == counts[Outcome.NOT_RUN]:
        return Exit.NOTHING_CHECKED
    if found is not None and options.fail_on != "never" and found >= Severity[options.fail_on.upper()]:
        return Exit.FINDINGS
    return Exit.FINE


def _say_why(options: argparse.Namespace, proof: Proof, code: Exit) -> None:
    if code is Exit.SECRETS_UNAVAILABLE:
        files = {finding.location.file for finding in proof.findings if finding.code == "OG516"}
        say(
            options,
            f"secrets of {len(files)} files could not be opened (exit 7); validate, effective and explain work without them",
            always=True,
        )
    elif code is Exit.NOTHING_CHECKED:
        say(options, "no smoke test ran, so nothing is proven (exit 3)", always=True)
