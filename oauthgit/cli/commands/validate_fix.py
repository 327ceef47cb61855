"""Apply fixes, or print them, and tell what stays: ``validate --fix`` and ``--diff``."""

from oauthgit.cli.context import Context
from oauthgit.cli.output import say, show
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import printable
from oauthgit.model.selection import Selection
from oauthgit.pipeline import UnusableError
from oauthgit.pipeline.operations.fix import Mended, differences, mended, write


def fix(context: Context, selection: Selection, *, unsafe: bool, diff: bool) -> bool:
    """Mend the files, or print the difference; report whether all were written.

    What was done is printed to standard error.

    Raises:
        UnusableError: ``--diff`` was asked for together with a format that is printed too.

    """
    if diff and context.common.format not in {None, "text"}:
        raise UnusableError("--diff prints a difference and nothing else; write the report with --output FORMAT=PATH")
    result = mended(selection.paths[0] if selection.paths else ".", selection, unsafe=unsafe)
    failed = _print_differences(context, result) if diff else write(result)
    for why in failed.values():
        say(context, printable(why), always=True)
    for finding, why in result.left.items():
        say(context, f"{_format_place(finding)} is not mended: {printable(why)}")
    done = [finding for finding in result.done if diff or finding.location.file not in failed]
    if context.common.verbose:
        for finding in done:
            say(context, f"{_format_place(finding)} {'would be' if diff else 'is'} mended")
    files = len({finding.location.file for finding in done})
    where = f" in {files} {'file' if files == 1 else 'files'}" if files else ""
    what = f"{len(done) or 'no'} {'finding' if len(done) == 1 else 'findings'}"
    say(context, f"{what} {'would be mended' if diff else 'mended'}{where}")
    return diff or not failed


def _print_differences(context: Context, result: Mended) -> dict[str, str]:
    failed = {}
    for path, text in differences(result):
        if text is None:
            failed[path] = (
                f"{path}: its difference is not shown, because a line of it has what a report blots out (a comment, a value "
                "that may be a secret, or text that a terminal or CI runner would act on); --fix writes it, and git diff "
                "shows it to you"
            )
        else:
            show(context, text)
    return failed


def _format_place(finding: Finding) -> str:
    place = finding.location
    return f"{printable(place.file)}:{place.line}:{place.column}: {finding.code}"
