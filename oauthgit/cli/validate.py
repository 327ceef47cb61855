"""``oauthgit validate``: the hook's command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oauthgit.cli.exits import Exit
from oauthgit.cli.writing import check_formats, rendered, replace, say, write
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.workspace import LAYERS
from oauthgit.pipeline import Project, UnusableError, load, report_of
from oauthgit.triage import Choice, worst

if TYPE_CHECKING:
    import argparse


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
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="check everything, even if the same files were checked before and nothing was reported, and remember nothing",
    )
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline",
        metavar="FILE",
        help="suppress the findings that FILE holds, so that only new ones count; what blocks secrets counts all the same",
    )
    baseline.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="write the findings of now into FILE, for --baseline; not together with paths, --select or --ignore",
    )


def run(options: argparse.Namespace) -> Exit:
    """Check everything, or what the paths reach, and report it."""
    check_formats(options, frozenset({"findings"}))
    choice = Choice(options.select, options.ignore)
    if options.write_baseline and (options.paths or choice != Choice()):
        raise UnusableError("a baseline holds everything; --write-baseline goes without paths, --select and --ignore")
    written = True
    if options.fix or options.unsafe_fixes or options.diff:
        from oauthgit.cli.fixing import fix

        written = fix(options)
    project = load(options.paths[0] if options.paths else ".", options.paths, choice)
    if options.verbose:
        say(options, f"read {len(project.workspace.files)} files below {project.workspace.root}/configs")
    project = _compared(options, project, choice)
    report = report_of(project)
    write(options, report, printed=not options.diff)
    code = exit_of(options, project, project.findings) if written else Exit.USAGE
    if code is Exit.FINE and getattr(options, "memory", None):
        from oauthgit.cli.remembering import keep

        keep(options.memory, project, rendered("text", report))
    return code


def _compared(options: argparse.Namespace, project: Project, choice: Choice) -> Project:
    """Write the baseline that was asked for, and return the project as it looks against it."""
    file = options.baseline or options.write_baseline
    if file is None or not project.usable:
        return project
    from oauthgit.pipeline.baselining import baseline, with_baseline

    if options.write_baseline:
        replace(Path(file), baseline(project))
    compared = with_baseline(project, file, choice, options.paths)
    if compared.gone:
        say(options, f"no longer found: {compared.gone} of the findings in {file}; write it anew to take them out")
    return compared.project


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
