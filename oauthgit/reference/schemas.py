"""Generate the JSON Schemas from the pydantic models."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from oauthgit import rules
from oauthgit.model.config_files import (
    BranchFile,
    IamApplicationFile,
    PolicyFile,
    RuntimeConfigurationFile,
    SecretsFile,
)
from oauthgit.model.oauth_server import OAuthServer
from oauthgit.model.provider import Provider
from oauthgit.model.schema import EFFECTIVE
from oauthgit.model.workspace import Kind

_FILES: Mapping[Kind, type[BaseModel]] = {
    Kind.POLICY: PolicyFile,
    Kind.BRANCH: BranchFile,
    Kind.RUNTIME_CONFIGURATION: RuntimeConfigurationFile,
    Kind.IAM_APPLICATION: IamApplicationFile,
    Kind.SECRETS: SecretsFile,
    Kind.PROVIDER: Provider,
}
_OVERRIDES = (Kind.BRANCH, Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION, Kind.PROVIDER)


def schemas() -> dict[str, str]:
    """Return the text of every generated schema by its file name.

    The schemas (JSON Schema 2020-12) contain no references, so a validator never needs to fetch one. In layers every
    field of a server is optional and may be null; :data:`EFFECTIVE` is the same server complete.
    """
    texts = {f"{kind}.schema.json": _text(kind, _file_schema(kind, model)) for kind, model in _FILES.items()}
    server = _plain(OAuthServer.model_json_schema())
    server["required"] = sorted(server["required"])
    server["allOf"] = [_USER_LOGIN_NEEDS_AUTHORIZATION_ENDPOINT]
    del server["properties"]["client_secret"]
    texts[f"{EFFECTIVE}.schema.json"] = _text(EFFECTIVE, server)
    return texts


_USER_LOGIN_NEEDS_AUTHORIZATION_ENDPOINT = {
    "if": {"properties": {"grant_types": {"contains": {"const": "authorization_code"}}}, "required": ["grant_types"]},
    "then": {"required": ["authorization_endpoint"]},
}


def _file_schema(kind: Kind, model: type[BaseModel]) -> dict[str, Any]:
    schema = _plain(model.model_json_schema(by_alias=True))
    if kind is Kind.POLICY:
        schema["properties"]["rules"]["propertyNames"] = {"enum": list(rules.modules())}
    if kind in _OVERRIDES:
        properties = schema["properties"]
        servers = properties.get("oauth_servers")
        stated = [servers["additionalProperties"]] if servers else [properties["oauth_server"], properties["example"]]
        for server in stated:
            _make_override(server)
        if servers:
            servers["type"] = stated[0]["type"] = ["object", "null"]
    return schema


def _make_override(of: dict[str, Any]) -> None:
    of.pop("required", None)
    for member in of["properties"].values():
        if member.get("properties") and "from_env" not in member["properties"]:
            _make_override(member)
        types = member["type"] if isinstance(member["type"], list) else [member["type"]]
        member["type"] = [*types, "null"]
        if "enum" in member:
            member["enum"] = [*member["enum"], None]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of pydantic without references and unions with null.

    Patterns of properties apply to every key.
    """
    definitions = schema.pop("$defs", {})

    def plain(part: Any) -> Any:
        if isinstance(part, list):
            return [plain(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            target = definitions[part["$ref"].rpartition("/")[2]]
            part = target | {name: value for name, value in part.items() if name != "$ref"}
        alternatives = [item for item in part.get("anyOf", []) if item != {"type": "null"}]
        if len(alternatives) == 1:
            return plain(alternatives[0] | {name: value for name, value in part.items() if name != "anyOf"})
        if alternatives:
            part = part | {"anyOf": alternatives}
        part = {name: plain(value) for name, value in part.items() if not (name == "default" and value is None)}
        if "properties" in part and part.get("type") == "object":
            part.pop("default", None)
        for pattern, value in part.pop("patternProperties", {}).items():
            part |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}
        if part.get("format") == "date":
            part["pattern"] = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        return part

    plained: dict[str, Any] = plain(schema)
    return {**_drop_titles(plained)}


_ORDER = ("$schema", "$id", "title", "description", "type", "const", "enum", "default", "examples", "pattern", "format")


def _drop_titles(part: Any) -> Any:
    """Drop derived titles, and put descriptions before constraints.

    Pydantic derives titles from names, and an editor shows the key already.
    """
    if isinstance(part, list):
        return [_drop_titles(item) for item in part]
    if not isinstance(part, dict):
        return part
    names = sorted(
        (name for name in part if name != "title"),
        key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER),
    )
    return {
        name: {member: _drop_titles(value) for member, value in part[name].items()}
        if name == "properties"
        else _drop_titles(part[name])
        for name in names
    }


def _text(name: str, schema: dict[str, Any]) -> str:
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:oauthgit:schema:{name}",
        "title": name.replace("_", " ").replace("iam", "IAM"),
    }
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"
