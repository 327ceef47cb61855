"""Generate the page of the policy: each key, an example and what it permits."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.schema import schema
from oauthgit.model.workspace import Kind
from oauthgit.report.yaml import to_yaml


class Key(NamedTuple):
    """Describe what a key of the policy permits.

    ``example`` is used if the schema has none. ``is_trust_setting`` is true for keys that are read from the authority.
    """

    opens: str
    is_trust_setting: bool = False
    example: Any = None


KEYS: Final[Mapping[str, Key]] = {
    "kind": Key("Nothing. It marks the file as the policy."),
    "trusted_hosts": Key(
        "Secrets, tokens and requests without a secret may be sent to these hosts. `*.example.com` matches all hosts below "
        "`example.com`, and not `example.com` itself. Without an entry, nothing is sent anywhere.",
        is_trust_setting=True,
    ),
    "networks": Key(
        "A smoke test may connect to addresses in these networks, although they are not public: an internal server, or one on "
        "this machine. The host must be in `trusted_hosts` as well. The default is no network, so that a name that resolves to "
        "an internal address reaches nothing there.",
        is_trust_setting=True,
    ),
    "http_hosts": Key(
        "Secrets and tokens may be sent to these hosts in plain text, and OG401, OG409, OG410 and OG422 accept them. It never "
        "applies to production. The host must be in `trusted_hosts` as well.",
        is_trust_setting=True,
    ),
    "delegated_branches": Key(
        "The trust settings in these branches count for their own builds, in place of those in the default branch. "
        "Anybody who can create such a branch controls its trust settings, so protect the names.",
        is_trust_setting=True,
    ),
    "ca_file": Key(
        "Servers with certificates of this authority are accepted, in addition to those of public authorities. Whoever has "
        "the authority's key can read the secrets on the network.",
        is_trust_setting=True,
    ),
    "proxy": Key(
        "All requests of a smoke test go through this proxy, which learns the names of the hosts. The proxy resolves them, "
        "so `networks` does not apply behind it.",
        is_trust_setting=True,
    ),
    "rules": Key(
        "A rule reports less, or nothing. Rules about the check itself (OG0) and about files that cannot be read (OG1) keep "
        "their severity. A target with an error that blocks secrets gets none, even if its rule is off. OG707 shows each rule "
        "that a change relaxed."
    ),
    "smoke.timeout": Key("A slow server has more time before it counts as unreachable.", example=30),
    "smoke.concurrency": Key("More requests are sent at once.", example=16),
    "smoke.per_host": Key("More requests are sent to one host at once. Many servers limit them.", example=2),
    "smoke.control": Key(
        "A smoke test sends wrong secrets as well. A server may lock a client after a few of them.",
        is_trust_setting=True,
        example=True,
    ),
    "smoke.control_requests": Key("More wrong secrets are sent for one client.", is_trust_setting=True, example=2),
    "platform.columns": Key(
        "`import` and `drift` read a column with this header as that setting or key. A header that is known by itself keeps its "
        "meaning, and a column of secrets is only read as `client_secret`, which is never written in plain text."
    ),
    "secrets.expiry_window_days": Key(
        "With fewer days, OG521 and `secrets expiry` report an expiry later.", example=60
    ),
    "secrets.key_types": Key(
        "Secrets files may have keys of these types. For types other than `age` and `pgp`, sops calls a server that the file "
        "names, or starts a program that its recipient names.",
        is_trust_setting=True,
        example=["age", "pgp", "azure_kv"],
    ),
    "env_secrets": Key(
        "The secret in the environment variable (`client_secret: {from_env: CRM_SECRET}`) may be sent to this URL, or to the "
        "URLs of a list, and nowhere else. Its hosts must be in `trusted_hosts` as well.",
        is_trust_setting=True,
    ),
}
"""The effect of each key, by its dotted name, in the order of the schema."""

_INTRODUCTION: Final = """\
# Policy

`configs/oauthgit.yaml` states where secrets may go, and how strict the checks are. Every key is optional except `kind`;
without a key, its default applies, which permits little. The smallest policy for a smoke test names one host:

```yaml
kind: policy
trusted_hosts: [login.example.com]
```

A key marked as a *trust setting* decides where a secret goes or who can read it. `smoke` and the commands that write
secrets read it from the authority, usually the default branch, never from the working tree of a change
([trust.md](trust.md)). `oauthgit diff` shows what a change of the policy permits.

| key | trust setting | default |
|---|---|---|
"""


def page() -> str:
    """Return the page in Markdown."""
    settings = dict(_settings(schema(Kind.POLICY), ""))
    rows = (
        f"| [`{name}`](#{name.replace('.', '')}) | {'yes' if KEYS[name].is_trust_setting else ''} | {_default(setting)} |\n"
        for name, setting in settings.items()
    )
    return _INTRODUCTION + "".join(rows) + "".join(f"\n{_section(*each)}" for each in settings.items())


def examples() -> dict[str, str]:
    """Return a policy with the example of each key."""
    return {name: _example(name, setting) for name, setting in _settings(schema(Kind.POLICY), "")}


def _settings(of: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, member in of["properties"].items():
        if member.get("properties"):
            yield from _settings(member, f"{prefix}{name}.")
        else:
            yield prefix + name, member


def _section(name: str, setting: Mapping[str, Any]) -> str:
    trust = "This is a trust setting. " if KEYS[name].is_trust_setting else ""
    limits = f", {setting['minimum']} to {setting['maximum']}" if "minimum" in setting else ""
    default = "It is required." if "const" in setting else f"The default is {_default(setting)}{limits}."
    return (
        f"## {name}\n\n{setting['description']}\n\n{trust}{default}\n\n"
        f"```yaml\n{_example(name, setting)}```\n\nWhat it permits: {KEYS[name].opens}\n"
    )


def _default(setting: Mapping[str, Any]) -> str:
    value = setting.get("default")
    if "const" in setting:
        return "required"
    return f"`{json.dumps(value)}`" if value not in (None, [], {}) else "none"


def _example(name: str, setting: Mapping[str, Any]) -> str:
    value = setting["const"] if "const" in setting else setting.get("examples", [KEYS[name].example])[0]
    for part in reversed(name.split(".")):
        value = {part: value}
    return to_yaml({"kind": "policy", **value})
