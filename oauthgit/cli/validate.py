"""``oauthgit validate``: the hook's command."""

import argparse

from oauthgit.cli.exits import Exit
from oauthgit.cli.writing import check_formats, say, write
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.workspace import LAYERS
from oauthgit.pipeline import Project, load, report_of
from oauthgit.triage import Choice, worst


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="files or folders; each widens to every target that uses it (default: everything)",
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="mend what can be mended with certainty, then check again; with PATH, in these files only",
    )
    parser.add_argument(
        "--unsafe-fixes", action="store_true", help="mend also what a person must look at afterwards; implies --fix"
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help="print what --fix or --unsafe-fixes would change, as git apply takes it, and write nothing",
    )


def run(options: argparse.Namespace) -> Exit:
    """Check everything, or what the paths reach, and report it."""
    check_formats(options, frozenset({"findings"}))
    written = True
    if options.fix or options.unsafe_fixes or options.diff:
        from oauthgit.cli.fixing import fix

        written = fix(options)
    project = load(options.paths[0] if options.paths else ".", options.paths, Choice(options.select, options.ignore))
    if options.verbose:
        say(options, f"read {len(project.workspace.files)} files below {project.workspace.root}/configs")
    write(options, report_of(project), printed=not options.diff)
    return exit_of(options, project, project.findings) if written else Exit.USAGE


def exit_of(options: argparse.Namespace, project: Project, findings: tuple[Finding, ...]) -> Exit:
    """Return the exit code that findings call for, and say why nothing was checked where that is so."""
    if not project.usable:
        say(
            options,
            "configs/oauthgit.yaml is the policy and has errors, so nothing it says can be relied on (exit 2)",
            always=True,
        )
        return Exit.USAGE
    found = worst(findings)
    if found is not None and options.fail_on != "never" and found >= Severity[options.fail_on.upper()]:
        return Exit.FINDINGS
    if not project.checked and not findings:
        layers = any(file.kind in LAYERS for file in project.workspace.files)
        why = "the paths name no settings" if layers else "there is no layer below configs/"
        say(options, f"nothing was checked: {why} (exit 3)", always=True)
        return Exit.NOTHING_CHECKED
    return Exit.FINE
