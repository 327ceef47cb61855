"""Plan the files of a folder from facts; only the templates are read."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from oauthgit.model.scaffold import HOOK, Facts, System, WantedFile

KINDS: Final = ("policy", "branch", "runtime_configuration", "iam_application", "secrets")
"""The kinds of file whose schemas an editor needs."""

POLICY: Final = "configs/oauthgit.yaml"
EXAMPLES: Final = {
    "configs/branches/EXAMPLE/MAIN.yaml": "branch.yaml",
    "configs/runtime_configurations/EXAMPLE/MAIN/dev.yaml": "runtime_configuration.yaml",
    "configs/iam_applications/example-prod.yaml": "iam_application.yaml",
}
"""The template of each example."""

SECRETS: Final = "configs/iam_applications/example-prod.secrets.yaml"
"""A secrets file as there will be: a creation rule must match it."""

IMAGE: Final = "python:3.13"
"""The image of GitLab's jobs; it holds git."""

PLAIN: Final = re.compile(r"[A-Za-z0-9._/@ -]*")
"""Paths that can stand in the files of every CI system without meaning anything else there."""

_CI: Final[Mapping[System, str]] = {
    "github": ".github/workflows/oauthgit.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
}
_HOSTS: Final = """\
trusted_hosts:
  - "*.crm.example.com"
  - "*.portal.example.com"
"""
_PINS: Final = """\
# Secrets from environment variables, each with the only token endpoint that may receive it.
env_secrets:
  CRM_SECRET_DEVELOPMENT: https://auth-dev.crm.example.com/oauth2/token
  CRM_SECRET_PRODUCTION: https://auth.crm.example.com/oauth2/token
  PORTAL_SECRET_DEVELOPMENT: https://login-dev.portal.example.com/oauth2/token
  PORTAL_SECRET_PRODUCTION: https://login.portal.example.com/oauth2/token

"""
_ONE_KEY: Final = """\
rules:
  OG705: off # .sops.yaml has one key; add a second one that is kept offline, and remove this line

"""
_UNKNOWN: Final = "# Replace the address and the commit below: oauthgit init could not know them.\n"
_NO_KEY: Final = """\
# Make a key, keep it out of git, and run oauthgit init again: it fills in the public half of the key. By hand: remove the #
# from the two lines below, and replace age1... by the public half. Separate several keys by commas, and keep one offline.
#  - path_regex: ^configs/.*\\.secrets\\.yaml$
#    age: age1...
"""


def plan(facts: Facts) -> tuple[WantedFile, ...]:
    """Return the files that a folder with ``facts`` needs, in writing order.

    Examples are included only if all existing settings are unchanged examples.
    """
    return tuple(_plan(facts))


def needs_examples(facts: Facts) -> bool:
    """Return True if the folder has no settings except unchanged examples."""
    return all(
        content.decode(errors="replace") in _list_written(facts, path) for path, content in facts.settings.items()
    )


def jobs(system: System, values: Mapping[str, str]) -> str:
    """Return the CI configuration of ``system`` with its parameters filled in.

    The parameters are ``pin`` (after the name in a requirement) and ``directory``, for GitLab also ``stage`` and ``image``,
    for Azure Pipelines also ``branch``.
    """
    text = template(f"{system}.yml")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def template(name: str) -> str:
    """Return the text of a template."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _plan(facts: Facts) -> Iterator[WantedFile]:
    examples = needs_examples(facts)
    for kind in KINDS:
        yield WantedFile(f".oauthgit/schema/{kind}.schema.json", facts.schemas[kind], generated=True)
    keyless = facts._replace(recipients=())
    draft = _policy(keyless, examples=examples)
    yield WantedFile(POLICY, _policy(facts, examples=examples), drafts=(draft,))
    if examples:
        for path, name in EXAMPLES.items():
            yield WantedFile(path, template(name))
    yield WantedFile(
        ".sops.yaml", _sops(facts), adds=_rules(facts), where="below creation_rules:", drafts=(_sops(keyless),)
    )
    settings = template("vscode.json")
    inner = "".join(f"{line}\n" for line in settings.splitlines()[1:-1])
    yield WantedFile(".vscode/settings.json", settings, ".oauthgit/schema/", inner, "inside the outer braces")
    ignored = template("gitignore")
    yield WantedFile(".gitignore", ignored, "*.agekey", ignored, "at the end")
    yield _hook(facts)
    for system in facts.systems:
        yield _ci(facts, system)


def _list_written(facts: Facts, path: str) -> tuple[str, ...]:
    """Return the texts that ``plan`` may have written to the example ``path``."""
    if path == POLICY:
        return tuple(_policy(facts._replace(recipients=keys), examples=True) for keys in ((), ("one",)))
    return (template(EXAMPLES[path]),) if path in EXAMPLES else ()


def _policy(facts: Facts, *, examples: bool) -> str:
    more = f"{_PINS if examples else ''}{_ONE_KEY if len(facts.recipients) == 1 else ''}"
    hosts = _HOSTS if examples else "trusted_hosts: []\n"
    return template("policy.yaml").replace("@trusted_hosts@\n", hosts).replace("@more@", more)


def _sops(facts: Facts) -> str:
    return template("sops.yaml").replace("@rules@", _rules(facts))


def _rules(facts: Facts) -> str:
    if not facts.recipients:
        return _NO_KEY
    return f"  - path_regex: ^configs/.*\\.secrets\\.yaml$\n    age: {','.join(facts.recipients)}\n"


def _hook(facts: Facts) -> WantedFile:
    repository, revision = facts.installation.hook()
    text = template("pre-commit.yaml").replace("@repository@", repository).replace("@revision@", revision)
    if facts.below:
        text += f"        args: [-C, {json.dumps(facts.below)}]\n"
    if not facts.installation.url:
        text = text.replace("repos:\n", f"repos:\n  {_UNKNOWN}")
    adds = text.removeprefix("repos:\n")
    return WantedFile(HOOK, text, "oauthgit-validate", adds, "below repos:", top=True, pins=True)


def _ci(facts: Facts, system: System) -> WantedFile:
    values = {
        "pin": facts.installation.pin(),
        "directory": facts.below or ".",
        "stage": "test",
        "image": IMAGE,
        "branch": "main",
    }
    text = adds = f"{'' if facts.installation.is_pinned else _UNKNOWN}{jobs(system, values)}"
    if system == "github" and facts.below:
        for command in ("validate", "diff", "secrets expiry", "drift", "smoke"):
            text = text.replace(f"oauthgit {command}", f'oauthgit -C "{facts.below}" {command}')
        adds = text
    if system == "azure":
        text, adds = template("azure-triggers.yml") + text, text.replace("jobs:\n", "", 1)
    where = {"github": "as the whole file", "gitlab": "at the end", "azure": "below jobs:"}[system]
    return WantedFile(_CI[system], text, "oauthgit", adds, where, top=True, pins=True)
