"""Check data against the JSON Schemas, and report a finding for each error (OG2)."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.document import PLAINTEXT, Document
from oauthgit.model.finding import Finding, at_most
from oauthgit.model.fix import Replace
from oauthgit.model.formats.json_pointer import child, value_at
from oauthgit.model.formats.sanitize import readable_name_at
from oauthgit.model.workspace import Kind
from oauthgit.validate.problems import find_problems

if TYPE_CHECKING:
    from oauthgit.validate.explain import Problem

_KINDS: Final = frozenset(Kind)


def validate(document: Document) -> tuple[Document | None, list[Finding]]:
    """Return a document without its invalid values, and a finding for each of these.

    A misspelt or misplaced key makes the setting invalid that it stands for, so that its absence is not reported.
    The document is None if it is not a mapping, or if its kind does not match its path (the rule OG307 reports that).
    """
    data = document.data
    stated = data.get("kind") if isinstance(data, dict) else None
    if isinstance(stated, str) and stated != document.kind and stated in _KINDS:
        return None, []
    problems = find_problems(document.kind.value, data, document.marks.text_of)
    meant = _meant(problems, data)
    if document.kind is Kind.SECRETS and problems:
        from oauthgit.validate.secrets_file import unknown_secrets, without_consequences

        meant |= unknown_secrets(problems)
        problems = without_consequences(problems, data)
    problems = [
        problem
        for problem in problems
        if problem.pointer not in document.invalid
        and value_at(data, problem.pointer) != PLAINTEXT
        and not (problem.code == "OG203" and problem.pointer in meant)
    ]
    findings = [
        Finding(
            problem.code,
            problem.message,
            document.locate(problem.pointer, key=problem.at_key),
            hint=problem.hint,
            remedy=problem.remedy,
            fix=problem.fix,
        )
        for problem in problems
        if not _is_empty_secret(document, problem.pointer)
    ]
    findings += _find_untrimmed(document)
    findings = at_most(findings)
    if not isinstance(data, dict):
        return None, findings
    wrong = document.invalid | meant | {problem.pointer for problem in problems if problem.code != "OG203"}
    return document._replace(data=_without(data, wrong), invalid=wrong), findings


def _meant(problems: "list[Problem]", data: Any) -> frozenset[str]:
    if not any(problem.meant for problem in problems):
        return frozenset()
    from oauthgit.validate.meant import settings_meant

    return settings_meant(problems, data)


def _is_empty_secret(document: Document, pointer: str) -> bool:
    """Return True if a secrets file has an empty secret at ``pointer``.

    The rule OG514 reports it.
    """
    written = document.kind is Kind.SECRETS and pointer.endswith("/client_secret") and pointer in document.marks
    return written and value_at(document.data, pointer) in ("", None)


def _find_untrimmed(document: Document) -> list[Finding]:
    return [
        Finding(
            "OG205",
            f"{readable_name_at(pointer)} begins or ends with white space, which is sent with the value",
            document.locate(pointer),
            remedy="Remove the white space.",
            fix=Replace(value.strip()) if value.strip() else None,
        )
        for pointer, value in (_with_margins(document.data, "") if isinstance(document.data, (dict, list)) else ())
        if not pointer.startswith("/sops/")
    ]


def _with_margins(data: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer and text of each value that begins or ends with white space."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, str):
            if value != value.strip():
                yield child(pointer, key), value
        elif value and isinstance(value, (dict, list)):
            yield from _with_margins(value, child(pointer, key))


def _without(data: Any, wrong: Collection[str], pointer: str = "") -> Any:
    if not wrong:
        return data
    if isinstance(data, Mapping):
        members = ((key, value, child(pointer, key)) for key, value in data.items())
        return {key: _without(value, wrong, at) for key, value, at in members if at not in wrong}
    if isinstance(data, list):
        items = ((item, child(pointer, index)) for index, item in enumerate(data))
        return [_without(item, wrong, at) for item, at in items if at not in wrong]
    return data
