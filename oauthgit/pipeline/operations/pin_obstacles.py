"""Find what `secrets pin` would refuse, before a verdict advises to run it."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache as call_once

from oauthgit.discover import discover
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.sops_creation_rule import creation_rules, first_match, path_from_rules
from oauthgit.model.project import Project
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.verdict import Verdict
from oauthgit.pipeline.check import check
from oauthgit.pipeline.operations.secret_pins import SecretPlace, endpoints_of
from oauthgit.pipeline.operations.sops_rules import document_of, rules_of

_PINS = ("OG518", "OG519")


def name_obstacles(project: Project, targets: Sequence[Settings], verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts, each with what to correct before `secrets pin`.

    A pin has the endpoints of all targets with the secret, so of named targets the whole project is read.
    """
    whole = call_once(lambda: check(*discover(project.workspace.root)) if project.selection.targets else project)
    by_target = {settings.target: settings for settings in targets}
    layers = {file.path: file.layer for file in project.workspace.files}
    known: dict[tuple[str, str], str] = {}
    advised = []
    for verdict in verdicts:
        secret = by_target[verdict.target].servers[verdict.server].get("client_secret")
        if verdict.code in _PINS and isinstance(secret, SecretReference) and secret.state == "encrypted":
            key = secret.file, verdict.server
            if key not in known:
                place = SecretPlace(verdict.target, layers[secret.file], verdict.server)
                known[key] = _obstacle(whole, secret.file, place)
            first = f"Correct this first: {known[key]}. " if known[key] else ""
            advised.append(verdict._replace(remedy=f"{first}{verdict.remedy}"))
        else:
            advised.append(verdict)
    return tuple(advised)


def _obstacle(whole: Callable[[], Project], file: str, place: SecretPlace) -> str:
    """Return the reason why a secret cannot be pinned, or an empty text."""
    try:
        project = whole()
    except UsageError as error:
        return str(error)
    rules = rules_of(project)
    document = document_of(project.workspace.root, rules)[0] if rules else None
    if document is None:
        return ".sops.yaml is missing or has errors, and its creation rules list the readers of secrets files"
    rule, is_certain = first_match(creation_rules(document.data), path_from_rules(document.identity, file))
    if rule is None and is_certain:
        return f"no creation rule of {document.file} matches {file}"
    if rule and rule.problem:
        return f"the creation rule of {document.file} for {file} cannot be used: {rule.problem}"
    try:
        endpoints_of(project, place)
    except UsageError as error:
        return str(error)
    return ""
