"""Print and write reports in the requested formats."""

from __future__ import annotations

import codecs
import os
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from oauthgit.cli.ci import shard_of
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import defuse, escape
from oauthgit.pipeline import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from oauthgit.cli.context import Context
    from oauthgit.model.report import Report

FORMATS: Final = (
    *("text", "json", "junit", "markdown", "checklist", "sarif", "github", "gitlab", "azure", "yaml", "env", "html"),
)

_COLOURS: Final = {"error": "1;31", "warning": "1;33", "note": "1;36"}
_HEADLINE: Final = regex(r"^(?P<place>\S.*?:\d+:\d+: )(?P<word>error|warning|note)(?P<code>\[OG\d{3}\])", re.MULTILINE)


def check_formats(context: Context, parts: frozenset[str], without: tuple[str, ...] = ()) -> None:
    """Check that all formats are known, can show ``parts``, and are not ``without``.

    Raises:
        UsageError: A format is unknown or cannot show this, or a file cannot be written.

    """
    for name in (context.common.format or "text", *(name for name, _ in context.common.output)):
        if name not in FORMATS:
            raise UsageError(f"{name} is not a format; the formats are: {', '.join(FORMATS)}")
        if name in without or not parts & _load_reporter(name).PARTS:
            usable = (each for each in FORMATS if each not in without and parts & _load_reporter(each).PARTS)
            raise UsageError(f"the format {name} does not support this command; use one of {', '.join(usable)}")
    for _, path in context.common.output:
        _check_file(path)


def _check_file(path: str) -> None:
    from pathlib import Path

    folder = Path(path).parent
    if Path(path).is_dir():
        raise UsageError(f"{path} cannot be written: it is a folder")
    if not folder.is_dir():
        raise UsageError(f"{path} cannot be written: the folder {folder} does not exist")
    from oauthgit.atomic_write import check_file

    check_file(path, root=os.curdir)


def write(
    context: Context, report: Report, *, printed: bool = True, complete: Callable[[Report], Report] | None = None
) -> None:
    """Print the report if ``printed`` is True, and write its files atomically.

    ``complete`` adds the state of the project for the HTML page.
    """
    name = context.common.format or "text"
    if printed and (not context.common.quiet or name != "text" or report.has_news):
        text = _render(context, name, report, complete)
        if not prints_utf8() and hasattr(reporter := _load_reporter(name), "to_ascii"):
            text = reporter.to_ascii(text)
        print_output(context, text, coloured=name == "text")
    for other, path in context.common.output:
        from oauthgit.atomic_write import write_file

        write_file(path, _render(context, other, report, complete), root=os.curdir)
    if printed and context.ci.is_ci:
        from oauthgit.cli.ci.publish import publish

        if published := publish(context, report):
            note(context, published, always=True)


def print_output(context: Context, text: str, *, coloured: bool = False) -> None:
    """Print text to standard output, in colour if ``coloured`` and enabled."""
    if coloured and _wants_colour(context):
        text = _paint(text)
    sys.stdout.write(text if not text or text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def prints_utf8() -> bool:
    """Return True if standard output is UTF-8, as readers of files and patches expect.

    It is not on consoles with an old code page. Characters that they do not have are escaped.
    """
    return codecs.lookup(sys.stdout.encoding).name == "utf-8"


def note(context: Context, text: str, *, always: bool = False) -> None:
    """Print a line to standard error; --quiet suppresses it unless ``always`` is True."""
    if always or not context.common.quiet:
        print(f"oauthgit: {defuse(escape(text))}", file=sys.stderr)


def find_own_shard(context: Context) -> tuple[int, int] | None:
    """Return and print the share of this job in the CI system."""
    shard = shard_of(context.environment)
    if shard is not None:
        index, count = shard
        note(
            context,
            f"this is job {index} of {count} in GitLab CI, so only part {index}/{count} is checked; use --shard 1/1 for all",
        )
    return shard


def _render(context: Context, name: str, report: Report, complete: Callable[[Report], Report] | None) -> str:
    if name == "html" and complete:
        report = complete(report)
    if name == "sarif":
        from oauthgit.reference.rules import text_of
        from oauthgit.report.sarif import MAX_RESULTS

        report = report._replace(described=text_of)
        if len(report.findings) > MAX_RESULTS:
            note(
                context,
                f"the SARIF report contains only the worst {MAX_RESULTS:,} of {len(report.findings):,} findings",
                always=True,
            )
    return render(name, report)


def render(name: str, report: Report) -> str:
    """Return a report in the format ``name``."""
    text: str = _load_reporter(name).render(report)
    return text


def _load_reporter(name: str) -> ModuleType:
    return import_module(f"oauthgit.report.{name}")


def _wants_colour(context: Context) -> bool:
    environment = context.environment
    if context.common.color != "auto":
        return bool(context.common.color == "always")
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (sys.stdout.isatty() and environment.get("TERM") != "dumb")


def _paint(text: str) -> str:
    text = _HEADLINE.sub(_paint_headline, text)
    text = re.sub(r"^( *\| )( *\^+.*)$", "\\1\x1b[33m\\2\x1b[0m", text, flags=re.MULTILINE)
    return re.sub(r"(?<=  )(accepted(?:-with-remarks)?|rejected|unreachable)(?= )", _paint_outcome, text)


def _paint_headline(match: re.Match[str]) -> str:
    return f"\x1b[1m{match['place']}\x1b[0m\x1b[{_COLOURS[match['word']]}m{match['word']}{match['code']}\x1b[0m"


def _paint_outcome(match: re.Match[str]) -> str:
    return f"\x1b[{32 if match[0].startswith('accepted') else 31}m{match[0]}\x1b[0m"
