"""Find the regressions that fixes cause.

Every fixed finding must be gone, and nothing else may change.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.fix import Insert, Remove, Rename
from oauthgit.model.formats.json_pointer import child, parent, split
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import readable_pointer
from oauthgit.model.project import Project

_INDEX: Final = regex(r"(?<=/)[0-9]+(?=/|$)|(?<=\[)[0-9]+(?=\])")


class Regression(NamedTuple):
    """Describe a regression and its reason; without a file it is a setting."""

    why: str
    pointer: str
    file: str | None = None


def find_regressions(before: Project, after: Project, fixed: Sequence[Finding]) -> Iterator[Regression]:
    """Yield what keeps ``after``, in which ``fixed`` are mended, from being written.

    A new error is always a regression. A new warning or note is none on a server whose setting was fixed, because an
    invalid value may have hidden it. A suppression must not match more findings than before. Settings may differ where
    a fix wrote another value. Targets whose files were unreadable are not compared, nor are findings about settings that
    were unknown before: the mistake stood for them.
    """
    old, new = Counter(map(_identity, before.findings)), Counter(map(_identity, after.findings))
    for finding in fixed:
        if new[_identity(finding)] >= old[_identity(finding)]:
            yield Regression("it would still be found", finding.location.pointer, finding.location.file)
    known = {settings.target: settings for settings in before.resolve().targets}
    places = {split(place)[:2] for finding in fixed for place in _places(finding)}
    for finding in after.findings if before.policy_is_valid else ():
        identity, place = _identity(finding), finding.location
        was_known = (target in known and known[target].is_known(place.pointer) for target in finding.targets)
        revealed = finding.targets and not any(was_known)
        tolerated = finding.severity < Severity.ERROR and split(place.pointer)[:2] in places
        if finding.suppressed is not None:
            tolerated = (*identity[:-1], True) not in old
        if new[identity] > old[identity] and not revealed and not tolerated:
            what = "be found" if finding.suppressed is None else "be suppressed by a comment that meant another line,"
            why = f"{finding.code} would {what} at {place.file}:{place.line}:{place.column}"
            yield Regression(why, place.pointer, place.file)
    if before.policy_is_valid:
        yield from _changes(before, after, fixed)


def is_at(fault: Regression, finding: Finding) -> bool:
    """Return True if a regression lies where the fix of ``finding`` writes."""
    same_file = fault.file in {None, finding.location.file}
    return same_file and any(place == fault.pointer or _inside(fault.pointer, place) for place in _places(finding))


def _changes(before: Project, after: Project, fixed: Sequence[Finding]) -> Iterator[Regression]:
    """Yield settings that differ, but for those to which a fix gives another value.

    An added list item counts only where it was missing, because a layer's list may be in force in targets that do not
    need it.
    """
    written = [(each, place) for each in fixed if not isinstance(each.fix, Remove) for place in _places(each)]
    now = {settings.target: settings.settings for settings in after.resolve().targets}
    for settings in before.resolve().targets:
        if settings.target not in now:
            yield Regression(f"{settings.target} would have no settings", "")
            continue
        was, is_now = settings.settings, now[settings.target]
        for pointer in dict.fromkeys((*was, *is_now)):
            old, new = was.get(pointer), is_now.get(pointer)
            same = old is not None and new is not None and (old.value, type(old.value)) == (new.value, type(new.value))
            meant = (
                not isinstance(each.fix, Insert) or settings.target in each.targets
                for each, place in written
                if _inside(pointer, place)
            )
            if not same and not any(meant):
                yield Regression(f"{readable_pointer(pointer)} of {settings.target} would change", pointer)


def _places(finding: Finding) -> list[str]:
    pointer = finding.location.pointer
    if isinstance(finding.fix, Rename):
        return [pointer, child(parent(pointer), finding.fix.key)]
    return [pointer]


def _inside(one: str, other: str) -> bool:
    """Return True if two pointers are equal, or one contains the other."""
    return bool(one and other) and (f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/"))


def _identity(finding: Finding) -> tuple[str, str, str, str, bool]:
    """Return the identity of a finding before and after a fix; items may move."""
    place = finding.location
    return (
        finding.code,
        place.file,
        _still_found(place.pointer),
        _still_found(finding.message),
        finding.suppressed is None,
    )


def _still_found(text: str) -> str:
    return _INDEX.sub("*", text)
