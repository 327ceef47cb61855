"""Describe an import: what was read, written and guessed, and what is left to do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oauthgit.cli.commands.import_secrets import SecretsResult
from oauthgit.cli.confirm_access import Pin
from oauthgit.discover import find_repository
from oauthgit.model.formats.sanitize import defuse, escape, format_count, quote
from oauthgit.model.layer_plan import Guess
from oauthgit.pipeline import Project
from oauthgit.pipeline.operations.exposed_tables import STANDARD_INPUT, secret_tables
from oauthgit.pipeline.operations.import_secrets import masked_secrets, needs_trust
from oauthgit.pipeline.operations.import_tables import Import
from oauthgit.report.text.init import MAKE_KEY, commit_step

_SHOWN: Final = 50
_WIDTH: Final = 10


class Summary(NamedTuple):
    """Hold an import, the checked result, and what became of the secrets."""

    imported: Import
    project: Project
    secrets: SecretsResult
    written: bool


def summary(facts: Summary) -> str:
    """Return a line for each table, each file, and all that was not in the tables."""
    return defuse("\n".join((*_tables(facts), *_files(facts), *_dropped(facts), *_guesses(facts.imported.guesses))))


def next_steps(facts: Summary) -> str:
    """Return what a person has to do next."""
    steps = [*_secret_steps(facts), *_review_steps(facts), *_last_steps(facts)]
    return defuse("Next:\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))


def _line(word: str, text: str) -> str:
    return f"{word:<{_WIDTH}}{escape(text)}"


def _some(lines: list[str], what: str) -> list[str]:
    """Return the first lines, and the number of the others."""
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], _line("", f"and {len(lines) - _SHOWN:,} more {what}")]


def _tables(facts: Summary) -> Iterator[str]:
    for table in facts.imported.tables:
        how = [format_count(len(table.rows), "row"), f"--rows {table.rows_kind}"]
        how += [f"sheet {table.sheet}"] if table.sheet else []
        how += [f"{table.encoding}, not UTF-8"] if table.encoding else []
        yield _line("read", f"{'standard input' if table.file == STANDARD_INPUT else table.file}: {', '.join(how)}")


def _files(facts: Summary) -> Iterator[str]:
    contents = facts.imported.contents
    lines = [_line(_verb(facts, is_new=old is None), path) for path, (old, _) in contents.items()]
    yield from _some(lines, "files")
    same = len(facts.imported.plans) - len(contents)
    if same:
        yield _line("unchanged", format_count(same, "existing file"))
    lines = [
        _line("encrypted", f"{path}: {format_count(len(pins), 'secret')}, to be sent only to {_endpoints(pins)}")
        for path, pins in facts.secrets.pins.items()
    ]
    yield from _some(lines, "files")
    if facts.secrets.same:
        yield _line("unchanged", f"{format_count(facts.secrets.same, 'secret')}, the same in git")
    if facts.secrets.planned:
        yield _line(
            "secrets",
            f"{format_count(facts.secrets.planned, 'plain secret')} would be encrypted if there are creation rules",
        )


def _endpoints(pins: Sequence[Pin]) -> str:
    return ", ".join(dict.fromkeys(url for pin in pins for url in pin.endpoints))


def _verb(facts: Summary, *, is_new: bool) -> str:
    if facts.written:
        return "created" if is_new else "updated"
    return "new" if is_new else "change"


def _dropped(facts: Summary) -> Iterator[str]:
    if facts.imported.equal:
        yield _line(
            "left out", f"{format_count(facts.imported.equal, 'cell')} of overrides that equal the inherited value"
        )


def _guesses(guesses: tuple[Guess, ...]) -> Iterator[str]:
    lines = [
        _line(
            "guessed",
            f"{each.layer}{f', {each.server}' if each.server else ''}: {each.name}: {each.value} ({each.why})",
        )
        for each in guesses
    ]
    yield from _some(lines, "guesses")


def _secret_steps(facts: Summary) -> Iterator[str]:
    rows = masked_secrets(facts.project, facts.imported.plans, facts.imported.tables)
    if (rows or facts.secrets.left) and not needs_trust(facts.project):
        yield MAKE_KEY
        yield commit_step(in_repository=find_repository(facts.project.workspace.root) is not None)
    for reason, secrets in facts.secrets.left.items():
        lines = [_command("secrets", "set", each.row.layer, each.row.server) for each in secrets]
        yield _listed(f"The plain secrets of the tables were not written: {escape(reason)}. Then set them", lines)
    if rows:
        lines = [_command("secrets", "set", row.layer, row.server) for row in rows]
        yield _listed("The platform hides these secrets. Set them", lines)
    tables = [name for name in secret_tables(facts.imported.tables) if name != STANDARD_INPUT]
    if tables and facts.written:
        names = ", ".join(map(escape, tables))
        yield (
            f"Delete {names} after that: secrets in plain text are in it. Whoever got a copy by mail or chat has them too, so "
            "renew\n   those secrets at their servers."
        )


def _listed(text: str, lines: list[str]) -> str:
    shown = lines[:_SHOWN] + ([f"and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else [])
    return f"{text}:\n" + "\n".join(f"     {line}" for line in shown)


def _review_steps(facts: Summary) -> Iterator[str]:
    kinds = Counter(guess.name for guess in facts.imported.guesses)
    if kinds:
        what = ", ".join(f"{name} ({count})" for name, count in kinds.items())
        yield f"Review what the tables do not have and was derived: {what}."


def _last_steps(facts: Summary) -> Iterator[str]:
    if not facts.written:
        yield "Run the same command without --dry-run to write the files."
        return
    yield f"Check the settings; this lists what is missing. Then commit them.\n     {_command('validate')}"
    yield _listed("Compare with the platform", [_show(facts)])


def _show(facts: Summary) -> str:
    """Return a command that shows settings; targets that lack some are only explained."""
    if not facts.project.blocked:
        return _command("effective")
    row = next((row for plan in facts.imported.plans for row in plan.rows), None)
    return _command("explain", row.layer, row.server) if row else _command("explain", "TARGET", "SERVER")


def _command(*words: str) -> str:
    return " ".join(map(quote, ("oauthgit", *words)))
