"""A plain secret is in no document, no finding and no printed line."""

import pytest

from oauthgit.model.document import PLAINTEXT
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import masked_lines, parse

CANARY = "c4n4ry-7b9f"
ENC = "ENC[AES256_GCM,data:q83v+w==,iv:AAAA,tag:BBBB,type:str]"
HARMLESS = frozenset({"kind", "model", "client_id", "token_endpoint", "scopes", "grant_types", "client_secret"})


def _file(text: str, kind: Kind = Kind.BRANCH) -> File:
    return File("configs/x.yaml", kind, "branch/A/B", {}, text.encode())


def _masked(text: str, kind: Kind = Kind.BRANCH) -> tuple[str, ...]:
    return masked_lines(_file(text, kind), HARMLESS)


@pytest.mark.parametrize(
    "text",
    [
        f"oauth_servers:\n  crm:\n    client_secret: {CANARY}\n",
        f"oauth_servers: {{crm: {{client_secret: '{CANARY}'}}}}\n",
        f"Client-Secret: {CANARY}\n",
        f"clientSecret: |\n  {CANARY}\n  client_id: {CANARY}\n",
        f"client_secret: > # {CANARY}\n  x\n",
        f"client_secret:\n- {CANARY}\n",
        f"client_secret: [{CANARY}]\n",
        f"client_secret: {{{CANARY}}}\n",
        f"client_secret:\n  {CANARY}: x\n",
        f"client_secret: {{{CANARY}: 1, {CANARY}: 2}}\n",
        f"client_secret: {{from_env: {CANARY}}}\n",
        f"client_secret: {{from_env: A, also: {CANARY}}}\n",
        f"client_secret: {{a: &x {CANARY}}}\n",
        f"client_secret: &x {CANARY}\n",
        f"client_secret: !!str {CANARY}\n",
        f"client_secret: {CANARY}\nclient_secret: {CANARY}\n",
        f"client_secret_old: {CANARY}\n",
        f"secrets: [{CANARY}]\n",
        f"password: {CANARY}\n",
        f"client_secret: {CANARY}: x\n",
        f"client_secret: '{CANARY}\nclient_id: x\n",
        f"client_secret: |\n  client_id: {CANARY}\n  scopes: {CANARY}\n: :\n",
        f"client_secret: {CANARY}\n\tclient_id: x\n",
        f"client_secret: {CANARY}\n---\nclient_id: x\n",
        f"client_secret: {CANARY}\x1b[0m\n",
        f"client_id: x # {CANARY}\n",
        f"# {CANARY}\nclient_id: x\n",
        f"a: |  # {CANARY}\n  x\n",
        f"- {CANARY}\nclient_id: x\n",
        f"{CANARY}\nclient_id: x\n",
    ],
)
def test_canary_in_a_layer_is_masked(text: str) -> None:
    document, findings = parse(_file(text))
    assert CANARY not in repr(document)
    assert CANARY not in repr(findings)
    assert CANARY not in "\n".join(_masked(text))


@pytest.mark.parametrize(
    "text",
    [
        f"client_secert: {CANARY}\n",
        f"token_endpoint: https://user:{CANARY}@crm.example.com/token\n",
        f"token_endpoint: https://crm.example.com/token?client_secret={CANARY}\n",
        f'token_endpoint: "https:\\x2f\\x2fuser:{CANARY}@crm.example.com/token"\n',
        f"a: {CANARY}\nb: '\n",
        f"client_id: a, b: {CANARY}\n",
        f"client_id: {{{CANARY}}} x\n",
        f"client_id: a # {CANARY}\nb: '\n",
        f"client_id: a\n  {CANARY}\n",
        f"oauth_servers: {{crm: {{client_id: a, pass: {CANARY}}}\n",
    ],
)
def test_canary_in_another_value_is_not_printed(text: str) -> None:
    assert CANARY not in repr(parse(_file(text))[1])
    assert CANARY not in "\n".join(_masked(text))


@pytest.mark.parametrize(
    "text",
    [
        f"oauth_servers:\n  crm:\n    client_secret: {CANARY}\n    send_only_to: [{CANARY}]\n",
        f"for: {CANARY}\nkind: secrets\n",
        f"oauth_servers: {{crm: {CANARY}}}\n",
        f"client_id: {CANARY}\n",
        f"client_id: {CANARY}\nbroken: '\n",
        f"- {CANARY}\n",
        f"{CANARY}\n",
        f"client_secret: {{a: {CANARY}}}\n",
        f"# {CANARY}\nkind: secrets\n",
    ],
)
def test_canary_in_a_secrets_file_is_masked(text: str) -> None:
    document, findings = parse(_file(text, Kind.SECRETS))
    assert CANARY not in repr(document)
    assert CANARY not in repr(findings)
    assert CANARY not in "\n".join(_masked(text, Kind.SECRETS))


@pytest.mark.parametrize("secret", ["123456789012345678", "0123456789", "1e99", "true", "yes", "20.5"])
@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.SECRETS])
def test_secret_like_a_number_or_word_is_a_secret(secret: str, kind: Kind) -> None:
    document, findings = parse(_file(f"client_secret: {secret}\n", kind))
    assert document is not None
    assert document.data == {"client_secret": PLAINTEXT}
    assert document.invalid == frozenset()
    assert findings == []


@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.SECRETS])
def test_ciphertext_empty_and_null_are_unchanged(kind: Kind) -> None:
    document, findings = parse(
        _file(f"a: {{client_secret: '{ENC}'}}\nb: {{client_secret: ''}}\nc: {{client_secret: }}\n", kind)
    )
    assert findings == []
    assert document is not None
    assert document.data == {"a": {"client_secret": ENC}, "b": {"client_secret": ""}, "c": {"client_secret": None}}


def test_incomplete_ciphertext_is_plain_text() -> None:
    for text in (f"{ENC}{CANARY}", f"{ENC[:-1]}", f"'{ENC}\n\n  {CANARY}'", "ENC[PKCS7,MIIB]"):
        document, _ = parse(_file(f"client_secret: {text}\n"))
        assert document is not None
        assert document.data == {"client_secret": PLAINTEXT}


def test_environment_variable_name_is_no_secret() -> None:
    document, findings = parse(_file("oauth_servers:\n  crm:\n    client_secret: {from_env: CRM_SECRET}\n"))
    assert findings == []
    assert document is not None
    assert document.data == {"oauth_servers": {"crm": {"client_secret": {"from_env": "CRM_SECRET"}}}}
    pointer = "/oauth_servers/crm/client_secret/from_env"
    assert document.locate(pointer)[1:] == (3, 31, 3, 41, pointer)
    assert document.locate(pointer, key=True)[1:] == (3, 21, 3, 29, pointer)


def test_collection_as_client_secret_is_one_located_secret() -> None:
    document, _ = parse(_file("client_secret:\n  a:\n  - b\n\nmodel: X\n"))
    assert document is not None
    assert document.data == {"client_secret": PLAINTEXT, "model": "X"}
    assert set(document.marks) == {"", "/client_secret", "/model"}
    assert document.locate("/client_secret")[1:5] == (2, 3, 3, 6)


def test_server_with_secret_in_its_name_keeps_its_settings() -> None:
    document, _ = parse(_file("oauth_servers: {secret_santa: {client_id: a}}\n"))
    assert document is not None
    assert document.data == {"oauth_servers": {"secret_santa": {"client_id": "a"}}}


def test_text_after_a_secret_is_no_secret() -> None:
    document, _ = parse(_file("client_secret_expires_on: 2027-06-30\n"))
    assert document is not None
    assert document.data == {"client_secret_expires_on": "2027-06-30"}


def test_excerpts_of_a_valid_file_keep_harmless_text() -> None:
    text = f"""\
# yaml-language-server: $schema=x.json
# a comment
kind: branch  # what it is
model: 'A'
oauth_servers:
  crm:
    client_id: \u00e4bc
    token_endpoint: https://me:pw@crm.example.com/token?x=1
    client_secret: hunter2  # oauthgit: ignore[OG501] later
    require_pkce: true
    unknown: [a b, "c", 1, {{x: y}}, null]
    scopes: [api.read,
      api.write]
    text: |
      client_id: no
        scopes
    cipher: {ENC}
"""
    assert _masked(text) == (
        "# yaml-language-server: $schema=x.json",
        "#          ",
        "kind: branch  #           ",
        "model: 'A'",
        "oauth_servers:",
        "  crm:",
        "    client_id: \u00e4bc",
        "    token_endpoint: https://*****@crm.example.com/token?x=1",
        "    client_secret: *******  # oauthgit: ignore[OG501] later",
        "    require_pkce: true",
        "    unknown: [***, ***, *, {x: *}, null]",
        "    scopes: [api.read,",
        "      api.write]",
        "    text: *",
        "      *************",
        "        ******",
        f"    cipher: {ENC}",
    )


def test_excerpts_of_an_invalid_file_keep_less_text() -> None:
    text = f"""\
# oauthgit: ignore[OG100] reason
kind: branch  # why
  model: A
"client_id": x
- scopes: [a, b]
- x: {{}}
client_id: a # secret
token_endpoint: https://me:pw@x/
unknown: {ENC}
client_secret: x
  client_id: x
free text
client_id:
"""
    assert _masked(text) == (
        "# oauthgit: ignore[OG100] reason",
        "kind: branch  #    ",
        "  model: A",
        '"client_id": x',
        "- scopes: [a, b]",
        "- x: **",
        "client_id: **********",
        "token_endpoint: https://*****@x/",
        f"unknown: {ENC}",
        "client_secret: *",
        "  ************",
        "*********",
        "client_id:",
    )


def test_hidden_characters_are_replaced_one_by_one() -> None:
    assert _masked("client_id: a\x1b\u202e\U000e0001\x85b\tc\r\nkind: x\ry\r\n") == (
        "client_id: a\ufffd\ufffd\ufffd\ufffdb\tc",
        "kind: x\ufffdy",
    )


@pytest.mark.parametrize("kind", [Kind.BRANCH, Kind.SECRETS])
def test_masking_keeps_columns(kind: Kind) -> None:
    text = "\ufeffkind: branch # x\r\na:\r\n  b: 'c\r\n    d'\r\n  e: [f, \U0001f600]\r\n\r\n"
    lines = _masked(text, kind)
    assert [len(line) for line in lines] == [len(line) for line in text.removeprefix("\ufeff").split("\r\n")[:-1]]


def test_empty_file_has_one_empty_line() -> None:
    assert _masked("") == ("",)
    assert _masked("\n") == ("",)
    assert _masked("kind: a") == ("kind: a",)
