"""Apply or print fixes, and report skipped ones: ``validate --fix``, ``--diff``."""

from oauthgit.cli.context import Context
from oauthgit.cli.output import note, print_output, prints_utf8
from oauthgit.model.finding import Finding
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.selection import Selection
from oauthgit.pipeline import UsageError
from oauthgit.pipeline.operations.fix import FixResult, apply_fixes, differences, write


def fix(context: Context, selection: Selection, *, unsafe: bool, diff: bool) -> bool:
    """Fix the files, or print the diff; return True if all files were written.

    The fixes are listed on standard error.

    Raises:
        UsageError: ``--diff`` is combined with a format that is also printed.

    """
    if diff and context.common.format not in {None, "text"}:
        raise UsageError("--diff prints only the diff; write the report with --output FORMAT=PATH")
    result = apply_fixes(
        selection.paths[0] if selection.paths else ".", selection, unsafe=unsafe, search=context.search_path
    )
    failed = _print_differences(context, result) if diff else write(result)
    for why in failed.values():
        note(context, escape(why), always=True)
    for finding, why in result.skipped.items():
        note(context, f"{_format_place(finding)} is not fixed: {escape(why)}")
    done = [finding for finding in result.done if diff or finding.location.file not in failed]
    if context.common.verbose:
        for finding in done:
            note(context, f"{_format_place(finding)} {'would be' if diff else 'is'} fixed")
    files = len({finding.location.file for finding in done})
    where = f" in {files} {'file' if files == 1 else 'files'}" if files else ""
    what = f"{len(done) or 'no'} {'finding' if len(done) == 1 else 'findings'}"
    note(context, f"{what} {'would be fixed' if diff else 'fixed'}{where}")
    return diff or not failed


def _print_differences(context: Context, result: FixResult) -> dict[str, str]:
    failed = {}
    for path, text in differences(result):
        if text is None:
            failed[path] = (
                f"{path}: diff not shown: it may contain a comment, a plaintext secret or text that a terminal or CI runner "
                "would execute; run --fix to write the file, then see git diff"
            )
        elif not text.isascii() and not prints_utf8():
            failed[path] = (
                f"{path}: diff not shown: it has characters that this output would change, and git apply would refuse it; "
                "set PYTHONIOENCODING=utf-8 to print it as UTF-8"
            )
        else:
            print_output(context, text)
    return failed


def _format_place(finding: Finding) -> str:
    place = finding.location
    return f"{escape(place.file)}:{place.line}:{place.column}: {finding.code}"
