"""Secrets in plain text in files of any format: found in all usual notations, and not in documentation."""

import time

import pytest

from oauthgit.model.formats.plain_secret import find_plain_secret

SECRET = "Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y"
HOLDERS = [
    '{{"client_secret": "{0}"}}',
    '{{"oauth": {{"clientSecret":\n  "{0}", "a": 1}}}}',
    "CLIENT_SECRET={0}",
    "export CRM_CLIENT_SECRET='{0}'\n",
    'CRM_SECRET="{0}"\r\nA=b\r\n',
    "client_secret: {0}\n",
    "oauth_servers:\n  crm: {{client_secret: {0}, send_only_to: x}}\n",
    "client_secret: >-\n  {0}\n",
    "client-secret = {0}  # of crm\n",
    "[crm]\nclient secret: {0}\n",
    "<client_secret>{0}</client_secret>",
    "<add key='client_secret' value='x'/><ClientSecret>{0}</ClientSecret>",
    "curl -d client_secret={0} -d grant_type=client_credentials https://x",
    "https://x/token?client_secret={0}&x=1",
    "password: {0}",
    "db.password={0}",
    "'secret' => '{0}',",
    "client_secret: abcdefghijklmnopqrst\n",
    "a: 1\nclient_secret: ENC[AES256_GCM,data:x]\nother_secret: {0}\n",
]
NONE = [
    "",
    "client_secret: ENC[AES256_GCM,data:Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y,iv:a,tag:b,type:str]\n",
    '{"client_secret": "ENC[AES256_GCM,data:Zk3vT9qLw2Xc,iv:a,tag:b,type:str]"}',
    "client_secret: {from_env: CRM_SECRET}\n",
    "CLIENT_SECRET=${CRM_SECRET}\nCLIENT_SECRET=$CRM_SECRET_1\nCLIENT_SECRET=%CRM_SECRET1%\n",
    "client_secret: $(CRM_SECRET_1)\nclient_secret: __CRM_SECRET1__\nclient_secret: op://vault/crm/secret1\n",
    "client_secret: your-client-secret-1\nclient_secret: changeme\nclient_secret: <your secret 1>\nclient_secret: ********\n",
    "The client secret is stored by SOPS.\nThe secret: a text of at least 32 characters.\n",
    "Secret: see README.md in the folder above\nPassword: ask Alice2 for it\n",
    '{"client_secret": "required", "secret": "optional", "password": null, "secret": true}',
    "secrets_file: configs/iam_applications/App1.secrets.yaml\nsecret: /run/secrets/Crm1\nsecret: ./a/Secret1\n",
    "oauthgit secrets set insights-prod1 hub\n# client_secret\nclient_secret:\n",
    '{"type": "object", "properties": {"client_secret": {"type": "string", "minLength": 8}}}',
    "client_id: Zk3vT9qLw2Xc7Rb5Hn8Jd4Mf6Gs1Pa0Y\n",
]


@pytest.mark.parametrize("holder", HOLDERS)
def test_secret_in_any_notation_is_found(holder: str) -> None:
    text = holder.format(SECRET)
    place = find_plain_secret(text.encode())
    assert place is not None
    line, column, length = place
    value = text.split("\n")[line - 1][column - 1 : column - 1 + length]
    assert value == (SECRET if SECRET in text else "abcdefghijklmnopqrst")


@pytest.mark.parametrize("text", NONE)
def test_text_without_a_secret_has_none(text: str) -> None:
    assert find_plain_secret(text.encode()) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_secret_is_found_in_other_encodings(encoding: str) -> None:
    assert find_plain_secret(f"client_secret: {SECRET}\n".encode(encoding)) == (1, 16, len(SECRET))


def test_binary_file_is_not_searched() -> None:
    assert find_plain_secret(f"\0client_secret: {SECRET}\n".encode()) is None


@pytest.mark.parametrize(
    "part",
    [
        "secret",
        "secret ",
        "secret: ",
        "client_secret",
        "a",
        " ",
        "secret=${",
        "secret: {{",
        '"secret":"',
        "secret=[A/[",
        "%_",
    ],
)
def test_hostile_file_is_searched_in_time(part: str) -> None:
    content = (part * (1024 * 1024 // len(part)))[: 1024 * 1024].encode()
    began = time.process_time()
    find_plain_secret(content)
    assert time.process_time() - began < 5
