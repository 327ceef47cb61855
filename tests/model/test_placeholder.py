"""Placeholders of other tools are found, and no real value of a provider is taken for one."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from oauthgit.discover.catalogue import provider_names
from oauthgit.model.formats.placeholder import is_left_open, is_no_secret
from support.paths import REPOSITORY

OF_TOOLS = [
    *("$(CRM_CLIENT)", "$(env:CRM_CLIENT)", "crm-$(Environment)", "https://$(Host)/oauth/token", "$(var.crm.client)"),
    *("#{CRM_CLIENT}#", "#{CRM_CLIENT}", "#{Octopus.Environment.Name}", "https://#{Host}#/token", "crm-#{ Env }#"),
    *("{client_id}", "{Client Id}", "https://login.example.com/{tenant}/token", "%{CRM_CLIENT}", "{crm.client-id}"),
    *("((crm-client))", "((vault:crm/client.id))", "https://((host))/token"),
    *("__CRM_CLIENT__", "__client_id__", "https://__HOST__/token", "crm-__ENV__-web"),
    *("%CRM_CLIENT%", "%DEV_CLIENT%", "https://%HOST%/token", "%client%"),
    *("[client-id]", "[Your client ID here]", "https://login.example.com/[tenant]/token"),
    *("op://vault/crm/client_id", "ref+vault://kv/crm#/client_id", "ref+awsssm://crm/client", "secretref+sops://a#/b"),
    *(
        "$CRM_CLIENT",
        "$env:CrmClient",
        "@crm.client.id@",
        "<%= ENV['CRM'] %>",
        "@Microsoft.KeyVault(SecretUri=https://x)",
    ),
    *("00000000-0000-0000-0000-000000000000", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
    "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/v2.0/token",
]
REAL = [
    *(
        "5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11",
        "{f3c7a52a-6c0e-4c0e-9a55-0d6e1f0f3a11}",
        "FA0E7A52-0000-0000-0000-000000000001",
    ),
    *("00000003-0000-0000-c000-000000000000/.default", "00000003-0000-0ff1-ce00-000000000000", "100000000000000000000"),
    *(
        "123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com",
        "966391897777287",
        "3MVG9.abc__DEF__xyz",
    ),
    *(
        "my__client__id",
        "_client_",
        "__client",
        "client__",
        "crm(dev)",
        "crm (dev)",
        "a%b",
        "100%",
        "crm#1",
        "crm$1",
        "crm@acme",
    ),
    *(
        "https://login.example.com/caf%C3%A9/token",
        "https://idp.example.com/a%20b%20c",
        "https://x.example.com/%E2%82%AC%20",
    ),
    *(
        "https://[2001:db8::1]/token",
        "https://idp.example.com/oauth?a[]=1&b[x]=2",
        "urn:ietf:wg:oauth:2.0:oob",
        "$default",
    ),
    *("https://graph.microsoft.com/.default", "api://5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11/.default", "user.read:all/x"),
    *(
        "Iv1.8a61f9b3a7aba766",
        "amzn1.application-oa2-client.0a1b2c",
        "com.example.insights.signin",
        "0oa1b2c3d4E5F6g7h8i9",
    ),
    *("http://localhost/oauth-callback", "http://127.0.0.1:8080/cb", "openid", "offline_access", "@acme/crm", "~crm~"),
    *(
        "https://api.ebay.com/oauth/api_scope",
        "crm|prod",
        "tenant=acme;app=crm",
        "optest",
        "reference",
        "prompt consent",
    ),
]


@pytest.mark.parametrize("text", OF_TOOLS)
def test_placeholder_of_another_tool_is_recognised(text: str) -> None:
    assert is_left_open(text)


@pytest.mark.parametrize("text", REAL)
def test_real_value_is_no_placeholder(text: str) -> None:
    assert not is_left_open(text)


def _texts(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in _texts(value)]
    return [data] if isinstance(data, str) else []


@pytest.mark.parametrize("name", provider_names())
def test_example_of_a_provider_has_no_placeholder(name: str) -> None:
    entry = yaml.safe_load((REPOSITORY / f"oauthgit/providers/{name}.yaml").read_text())
    texts = _texts([entry.get("example"), entry.get("oauth_server")])
    assert texts
    assert [text for text in texts if is_left_open(text) and not re.search("<[a-z]", text)] == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / "configs").rglob("*.yaml")), ids=lambda path: path.name)
def test_value_of_the_sample_is_no_placeholder(path: Path) -> None:
    if not path.name.endswith(".secrets.yaml"):
        assert [text for text in _texts(yaml.safe_load(path.read_text())) if is_left_open(text)] == []


@pytest.mark.parametrize("text", ["%aB3dE5fG7hI9%", "{aB3dE5fG7hI9}", "__aB3dE5fG7__", "[aB3dE5fG7hI9]"])
def test_secret_in_history_may_look_like_a_tool(text: str) -> None:
    assert not is_no_secret(text), "a secret in git is reported rather than taken for a placeholder"
