"""A rule: a code, a severity, a docstring that is its documentation and its test, and mostly a function."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.fix import Fix
from oauthgit.model.settings import Origin, Setting, Settings
from oauthgit.model.workspace import Kind


class Remark(NamedTuple):
    """What a rule has to say; a bare string is a remark on the very value that the rule subscribed to.

    ``pointer`` names another value of the same target or document, ``at_key`` its key. ``related`` pairs words with
    origins; the engine knows their lines. A rule on all documents says in ``document`` which one it means, a rule on all
    targets in ``targets`` whom it concerns, the one that it points into first. ``fix`` is for the value that the remark
    is on, and counts only where a file states that value.
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


SettingCheck = Callable[[Setting, Settings], Iterable[Remark | str]]
Silence = Callable[[Setting, Settings], bool]
Condition = Callable[[Settings, str], bool]
DocumentCheck = Callable[[Document], Iterable[Remark | str]]
WorkspaceCheck = Callable[[Sequence[Document], Mapping[str, Any]], Iterable[Remark]]
TargetsCheck = Callable[[Sequence[Settings]], Iterable[Remark]]
Trace = tuple[str, str]
Traces = Callable[[Sequence[Document], Sequence[Settings]], Iterable[Trace]]


class Rule(NamedTuple):
    """One entry of the catalogue; ``stage`` names who finds it: ``lint`` runs the checks, the others speak themselves.

    ``fix`` is ``safe`` or ``unsafe`` where findings of the rule may come with a fix. ``kinds`` says about which documents
    a rule is asked, ``of`` of which servers; settings of which ``unless`` is true are none that it has anything to say of
    (``model/condition.py``).
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
    kinds: tuple[Kind, ...] = ()
    traces: Traces | None = None

    @property
    def is_across(self) -> bool:
        """Tell whether the rule sets things against each other that may have nothing to do with each other."""
        return self.traces is not None


def rule(  # noqa: PLR0913 - they are the fields of a rule, each by its name
    code: str,
    severity: Severity,
    *,
    on: str | tuple[str, ...],
    of: Condition | None = None,
    fix: str = "",
    unless: Silence | None = None,
) -> Callable[[SettingCheck], Rule]:
    """Make a rule of a function on effective settings.

    ``on`` is a JSON Pointer pattern: ``*`` stands for one token, a final ``**`` for one or more; several patterns may be
    given. Where it names a mapping, the function gets the whole mapping as one setting, whose origin is the layer that
    defined it first. ``of`` says of which servers it is asked, by a method of :class:`Settings`: once for each server,
    whatever number of rules name it. ``fix`` says whether the fixes of its remarks are ``safe`` or ``unsafe``. ``unless``
    tells of a setting, at less cost than the rule itself, that it has nothing to say of it (``model/condition.py``).

    What a rule says of a server depends on that server and on the environment, the policy and the day alone: it is said
    of all targets that inherit the server as it is, and asked for one of them.
    """
    return lambda check: _rule_of(code, severity, check, on=on, fix=fix, check_setting=check, of=of, unless=unless)


def document_rule(
    code: str, severity: Severity, *, kinds: tuple[Kind, ...] = (), fix: str = ""
) -> Callable[[DocumentCheck], Rule]:
    """Make a rule of a function on one document as it was written, before any merge.

    It is asked about documents of these ``kinds`` only, or about all of them.
    """
    return lambda check: _rule_of(code, severity, check, kinds=kinds, fix=fix, check_document=check)


def workspace_rule(code: str, severity: Severity, *, traces: Traces | None = None) -> Callable[[WorkspaceCheck], Rule]:
    """Make a rule of a function on documents as they were written, and on the policy; each remark names its document.

    The documents are those that belong together, such as all of a model, and those that concern everybody. Only a rule
    with ``traces`` gets all that it may have to set against each other, wherever it belongs. From documents and targets
    these make pairs of a key and a side: the rule has something to say only where one key is found with two sides.
    """
    return lambda check: _rule_of(code, severity, check, check_workspace=check, traces=traces)


def workflow_rule(code: str, severity: Severity) -> Callable[[DocumentCheck], Rule]:
    """Make a rule of a function on one workflow of GitHub Actions that speaks of oauthgit; no other rule sees those."""
    return lambda check: _rule_of(code, severity, check, check_workflow=check)


def targets_rule(code: str, severity: Severity, *, traces: Traces) -> Callable[[TargetsCheck], Rule]:
    """Make a rule of a function on the effective settings of several targets; each remark names those it concerns.

    ``traces`` say which targets these may be, as for :func:`workspace_rule`.
    """
    return lambda check: _rule_of(code, severity, check, check_targets=check, traces=traces)


def stage_rule(  # noqa: PLR0913 - they are the fields of a rule, each by its name
    code: str, name: str, severity: Severity, *, stage: str, documentation: str | None, fix: str = ""
) -> Rule:
    """Describe a finding that a stage makes by itself: same catalogue, same documentation, no function."""
    return Rule(code, name, severity, documentation or "", stage=stage, fix=fix)


def _rule_of(code: str, severity: Severity, check: Callable[..., Any], **fields: Any) -> Rule:
    """Return the rule of a function, with its name and its docstring."""
    return Rule(code, check.__name__.replace("_", "-"), severity, check.__doc__ or "", **fields)


Catalogue = Mapping[str, Rule]
