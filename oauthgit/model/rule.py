"""Define rules: a code, a severity, a docstring, and usually a function.

The docstring is the rule's documentation and its test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.fix import Fix
from oauthgit.model.settings import Origin, Setting, Settings
from oauthgit.model.workspace import Kind


class RuleMatch(NamedTuple):
    """Describe one match of a rule; a bare string is a match on the subscribed value.

    ``pointer`` names another value of the same target or document, ``at_key`` its key. ``related`` pairs messages
    with origins; the engine adds their lines. A rule on all documents names in ``document`` the one it means. A
    rule on all targets names in ``targets`` those concerned, with the one it points into first. ``fix`` is for the
    matched value, and is used only if a file states that value.
    """

    message: str
    pointer: str | None = None
    at_key: bool = False
    hint: str = ""
    remedy: str = ""
    related: tuple[tuple[str, Origin], ...] = ()
    document: Document | None = None
    fix: Fix | None = None
    targets: tuple[Settings, ...] = ()


SettingCheck = Callable[[Setting, Settings], Iterable[RuleMatch | str]]
Silence = Callable[[Setting, Settings], bool]
Condition = Callable[[Settings, str], bool]
DocumentCheck = Callable[[Document], Iterable[RuleMatch | str]]
WorkspaceCheck = Callable[[Sequence[Document], Mapping[str, Any]], Iterable[RuleMatch]]
TargetsCheck = Callable[[Sequence[Settings]], Iterable[RuleMatch]]
CorrelationKey = tuple[str, str]
CorrelationKeys = Callable[[Sequence[Document], Sequence[Settings]], Iterable[CorrelationKey]]


class Rule(NamedTuple):
    """Describe one rule of the catalogue.

    ``stage`` is the stage that reports its findings: ``lint`` runs the checks, the other stages report by
    themselves. ``fix`` is ``safe`` or ``unsafe`` if findings of the rule may have a fix. ``kinds`` selects
    documents, ``of`` selects servers. Settings for which ``unless`` is true never match (``model/rule_filters.py``).
    ``by_environment`` is true if a match on a server may depend on the environment.
    """

    code: str
    name: str
    severity: Severity
    documentation: str
    stage: str = "lint"
    on: str | tuple[str, ...] = ""
    fix: str = ""
    check_setting: SettingCheck | None = None
    check_document: DocumentCheck | None = None
    check_workspace: WorkspaceCheck | None = None
    check_targets: TargetsCheck | None = None
    check_workflow: DocumentCheck | None = None
    of: Condition | None = None
    unless: Silence | None = None
    by_environment: bool = False
    kinds: tuple[Kind, ...] = ()
    correlation_keys: CorrelationKeys | None = None

    @property
    def is_cross_layer(self) -> bool:
        """Return True if the rule compares things that are otherwise independent."""
        return self.correlation_keys is not None


def rule(  # noqa: PLR0913 - they are the fields of a rule, each by its name
    code: str,
    severity: Severity,
    *,
    on: str | tuple[str, ...],
    of: Condition | None = None,
    fix: str = "",
    unless: Silence | None = None,
    by_environment: bool = False,
) -> Callable[[SettingCheck], Rule]:
    """Make a rule from a function on effective settings.

    ``on`` is a JSON Pointer pattern, or several: ``*`` matches one token, a final ``**`` one or more. If it names a
    mapping, the function gets the whole mapping as one setting; its origin is the layer that defined it first.
    ``of`` is a method of :class:`Settings` that selects servers; it is called once for each server, regardless of
    the number of rules. ``fix`` is ``safe`` or ``unsafe``, for the fixes of its matches. ``unless`` is cheaper than
    the rule, and true if the rule cannot match a setting (``model/rule_filters.py``).

    The matches on a server may depend only on that server, the policy and the day, and on the environment if
    ``by_environment`` is true. They are computed once and reported for all targets that inherit the server unchanged.
    """
    fields = {"on": on, "fix": fix, "of": of, "unless": unless, "by_environment": by_environment}
    return lambda check: _rule_of(code, severity, check, check_setting=check, **fields)


def document_rule(
    code: str, severity: Severity, *, kinds: tuple[Kind, ...] = (), fix: str = ""
) -> Callable[[DocumentCheck], Rule]:
    """Make a rule from a function on one document as it was written, before any merge.

    It is called for documents of these ``kinds``, or for all.
    """
    return lambda check: _rule_of(code, severity, check, kinds=kinds, fix=fix, check_document=check)


def workspace_rule(
    code: str, severity: Severity, *, correlation_keys: CorrelationKeys | None = None
) -> Callable[[WorkspaceCheck], Rule]:
    """Make a rule from a function on documents as written, and on the policy.

    Each match names its document, and depends only on it, on the policy, and on the documents that concern every layer.
    Only a rule with ``correlation_keys`` may compare layers, and gets all documents that may match. ``correlation_keys``
    makes pairs of a key and a side from documents and targets; the rule can match only if one
    key has two sides.
    """
    return lambda check: _rule_of(code, severity, check, check_workspace=check, correlation_keys=correlation_keys)


def workflow_rule(code: str, severity: Severity) -> Callable[[DocumentCheck], Rule]:
    """Make a rule from a function on one GitHub Actions workflow that uses oauthgit.

    Other rules do not get workflows.
    """
    return lambda check: _rule_of(code, severity, check, check_workflow=check)


def targets_rule(code: str, severity: Severity, *, correlation_keys: CorrelationKeys) -> Callable[[TargetsCheck], Rule]:
    """Make a rule from a function on the effective settings of several targets.

    Each match names the targets it concerns. ``correlation_keys`` selects these targets, as for :func:`workspace_rule`.
    """
    return lambda check: _rule_of(code, severity, check, check_targets=check, correlation_keys=correlation_keys)


def stage_rule(  # noqa: PLR0913 - they are the fields of a rule, each by its name
    code: str, name: str, severity: Severity, *, stage: str, documentation: str | None, fix: str = ""
) -> Rule:
    """Describe a finding that a stage reports itself: a rule without a function."""
    return Rule(code, name, severity, documentation or "", stage=stage, fix=fix)


def _rule_of(code: str, severity: Severity, check: Callable[..., Any], **fields: Any) -> Rule:
    """Return the rule of a function, with its name and its docstring."""
    return Rule(code, check.__name__.replace("_", "-"), severity, check.__doc__ or "", **fields)


Catalogue = Mapping[str, Rule]
