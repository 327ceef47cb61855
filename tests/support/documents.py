"""Documents for tests, parsed from text by the real parser."""

from textwrap import dedent

from oauthgit.model.document import Document
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse


def document(layer: str, text: str, *, secrets: bool = False) -> Document:
    """Parse ``text`` as the file of ``layer``, such as ``branch/M/MAIN``."""
    kind, _, name = layer.partition("/")
    parts = name.split("/")
    identity = {
        "branch": dict(zip(("model", "branch"), parts, strict=False)),
        "runtime_configuration": dict(zip(("model", "branch", "name"), parts, strict=False)),
        "iam_application": {"application": parts[0]},
    }[kind]
    folder = {
        "branch": "branches",
        "runtime_configuration": "runtime_configurations",
        "iam_application": "iam_applications",
    }
    path = f"configs/{folder[kind]}/{name}{'.secrets' if secrets else ''}.yaml"
    file = File(
        path, Kind.SECRETS if secrets else Kind(kind), layer, {} if secrets else identity, dedent(text).encode()
    )
    parsed, findings = parse(file)
    assert parsed is not None, findings
    return parsed
