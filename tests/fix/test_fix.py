"""``validate --fix``: each rule in each style, the skipped fixes with their reasons, and safe writing to disk."""

import json
import shutil
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from oauthgit.model.selection import EVERYTHING
from oauthgit.pipeline import load
from oauthgit.pipeline.operations.fix import FixResult, apply_fixes, write
from support.cli import Program
from support.git import committed, git

BRANCH = "configs/branches/M/MAIN.yaml"
APPLICATION = "configs/iam_applications/app.yaml"
HEAD = "kind: branch\nmodel: M\nbranch: MAIN\noauth_servers:\n"
SERVER = """\
  crm:
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [client_credentials]
    scopes: [api.read]
    user_login: {prompt: login}
"""
OVERRIDE = "kind: iam_application\napplication: app\nmodel: M\nbranch: MAIN\nenvironment: test\n"


def workspace(root: Path, **texts: str) -> Path:
    """Write a branch and an application, or the given contents, byte by byte."""
    for path, text in {BRANCH: HEAD + SERVER, APPLICATION: OVERRIDE, "configs/oauthgit.yaml": "kind: policy\n"}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(texts.get({BRANCH: "branch", APPLICATION: "application"}.get(path, ""), text).encode())
    return root


def fixed(root: Path, *, unsafe: bool = False) -> FixResult:
    result = apply_fixes(root, EVERYTHING, unsafe=unsafe)
    assert write(result) == {}
    return result


VALUES = {
    "OG104 a number": ("client_id: 0123", 'client_id: "0123"'),
    "OG104 behind a comment": ("client_id:   1e5   # é \U0001f600: 'x'", "client_id:   \"1e5\"   # é \U0001f600: 'x'"),
    "OG104 a switch": ("require_pkce: Yes", "require_pkce: true"),
    "OG104 a switch, off": ("require_pkce: off # x", "require_pkce: false # x"),
    "OG104 in braces": ("user_login: {request_refresh_token: on}", "user_login: {request_refresh_token: true}"),
    "OG104 in brackets": ("scopes: [0x1f, b]", 'scopes: ["0x1f", b]'),
    "OG104 in a block list": ("scopes:\n    - 0x1f\n    - b", 'scopes:\n    - "0x1f"\n    - b'),
    "OG104 on the next line": ("client_id:\n      1_000", 'client_id:\n      "1_000"'),
    "OG202 a boolean in double quotes": ('require_pkce: "true"', "require_pkce: true"),
    "OG202 a boolean in single quotes": ("require_pkce:  'False'  # x", "require_pkce:  false  # x"),
    "OG202 as JSON": ('user_login: {"request_refresh_token":"true"}', 'user_login: {"request_refresh_token": true}'),
    "OG202 a number": ("client_id: 1234567", 'client_id: "1234567"'),
    "OG202 a signed number": ("client_id: +12", 'client_id: "+12"'),
    "OG202 a boolean for a text": ("client_id: True", 'client_id: "True"'),
    "OG202 a word for a list": ("scopes: api.read # x", "scopes: [api.read] # x"),
    "OG202 words for a list": ("scopes: 'api.read api.write'", "scopes: ['api.read', 'api.write']"),
    "OG202 a block scalar": ("require_pkce: | # x\n      true", "require_pkce: true # x"),
    "OG204 case and hyphens": (
        "token_endpoint_auth_method: Client-Secret-Basic",
        "token_endpoint_auth_method: client_secret_basic",
    ),
    "OG204 in quotes": ("user_login: {prompt: 'Select-Account' }", "user_login: {prompt: 'select_account' }"),
    "OG204 in a list": ("grant_types: [Refresh-Token]", "grant_types: [refresh_token]"),
    "OG205 double quotes": ('client_id: "crm main\\n" # x', 'client_id: "crm main" # x'),
    "OG205 single quotes": ("client_id: ' it''s'", "client_id: 'it''s'"),
    "OG205 a literal": ("client_id: |\n      abc\n", "client_id: abc\n"),
    "OG205 a literal with a comment": ("client_id: |+ # why\n      abc\n", "client_id: abc # why\n"),
    "OG205 a folded text": (
        "client_id: >\n      abc\n      5 é\n    scopes: [b]",
        'client_id: "abc 5 é"\n    scopes: [b]',
    ),
    "OG205 escapes": ('client_id: "\\ta\\"\\\\\\u00e9\\U0001f600 "', 'client_id: "a\\"\\\\é\U0001f600"'),
    "OG205 and a no-break space inside": ('client_id: "a\\u00a0b "', 'client_id: "a\\u00A0b"'),
    "OG205 and OG204": ('user_login: {prompt: " Login"}', 'user_login: {prompt: "login"}'),
    "OG205 in a list": ("scopes: [' a', \"b \", c]", "scopes: ['a', \"b\", c]"),
    "OG205 over two lines": ('client_id: "a\n      b "', 'client_id: "a b"'),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("bad", "good"), VALUES.values(), ids=VALUES)
def test_value_is_fixed_in_its_style(bad: str, good: str, end: str, tmp_path: Path) -> None:
    head = f"# first é \U0001f600\n{HEAD}  # own line\n  crm:\n    "
    workspace(tmp_path, branch=(head + bad).replace("\n", end))
    result = fixed(tmp_path)
    assert (tmp_path / BRANCH).read_bytes().decode() == (head + good).replace("\n", end)
    assert result.skipped == {}
    again = fixed(tmp_path)
    assert (again.contents, again.done) == ({}, ())


LEFT = {
    "a number for a switch": "require_pkce: 0x1",
    "a number for a word of a list": "user_login: {prompt: 0123}",
    "a date that is none": "client_secret_expires_on: 2027_06_30",
    "words with commas for a list": "scopes: a,b",
    "a word that only resembles": "user_login: {prompt: consents}",
    "nothing but white space": "client_id: '  '",
    "a word for a switch": 'require_pkce: "on"',
    "a number that is a list": "user_login: 12",
    "a key that only resembles": "require_pkc: true",
    "an alias": "client_id: *x",
}


@pytest.mark.parametrize("bad", LEFT.values(), ids=LEFT)
def test_uncertain_fix_is_skipped_and_not_offered(bad: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm:\n    {bad}\n")
    result = fixed(tmp_path)
    assert (result.contents, result.done, result.skipped) == ({}, (), {})


TABS = {
    "only tabs": (
        "oauth_servers:\n\tcrm:\n\t\tclient_id: a\n\t\tuser_login:\n\t\t\tprompt: login\n",
        "oauth_servers:\n  crm:\n    client_id: a\n    user_login:\n      prompt: login\n",
    ),
    "a step of four": (
        "oauth_servers:\n    crm:\n\tclient_id: a\n    erp:\n        client_id: b\n",
        None,
    ),
    "one line among others": (
        "oauth_servers:\n  crm:\n    scopes: [a]\n\tclient_id: a # \t x\n    grant_types: [client_credentials]\n",
        "oauth_servers:\n  crm:\n    scopes: [a]\n    client_id: a # \t x\n    grant_types: [client_credentials]\n",
    ),
    "spaces and a tab": (
        "oauth_servers:\n  crm:\n    scopes: [a]\n  \tclient_id: a\n",
        "oauth_servers:\n  crm:\n    scopes: [a]\n    client_id: a\n",
    ),
    "a tab that nobody minds": (
        "oauth_servers:\n\tcrm: {\n\t\tclient_id: a }\n",
        "oauth_servers:\n  crm: {\n\t\tclient_id: a }\n",
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("bad", "good"), TABS.values(), ids=TABS)
def test_tabs_become_spaces_if_width_does_not_matter(bad: str, good: str | None, end: str, tmp_path: Path) -> None:
    head = HEAD.removesuffix("oauth_servers:\n")
    workspace(tmp_path, branch=(head + bad).replace("\n", end))
    fixed(tmp_path)
    assert (tmp_path / BRANCH).read_bytes().decode() == (head + (good or bad)).replace("\n", end)


def test_file_of_only_tabs_is_skipped_quickly(tmp_path: Path) -> None:
    lines = "".join(f"\tserver_{number}: {{client_id: {'x' * 60}}}\n" for number in range(8000))
    workspace(tmp_path, branch=HEAD + lines)
    began = time.monotonic()
    assert fixed(tmp_path).contents == {}
    assert time.monotonic() - began < 10


def test_unreadable_file_gets_no_fixes_of_values(tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm: {{client_id: 0123, scopes: *x}}\n")
    assert {(each.code, each.fixable) for each in load(tmp_path).findings if each.code < "OG2"} == {
        ("OG102", ""),
        ("OG104", ""),
    }


def test_byte_order_mark_is_removed_and_line_1_fixed(tmp_path: Path) -> None:
    workspace(tmp_path, branch="\ufeffkind: Branch # é\n" + HEAD.partition("\n")[2] + SERVER)
    assert sorted(finding.code for finding in fixed(tmp_path).done) == ["OG110", "OG204"]
    assert (tmp_path / BRANCH).read_text() == "kind: branch # é\n" + HEAD.partition("\n")[2] + SERVER


def test_ambiguous_boolean_key_is_quoted(tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  on: {{client_id: a}}\n", application="")
    fixed(tmp_path)
    assert (tmp_path / BRANCH).read_text() == f'{HEAD}  "on": {{client_id: a}}\n'


URLS = {
    "OG405": ("https://crm.example.com/t?a=b#c", "https://crm.example.com/t?a=b"),
    "OG406": ("https://crm.example.com/a/./b/../t?x=/../y", "https://crm.example.com/a/t?x=/../y"),
    "OG406 encoded": ("https://t/t/%2E%2e/../t", "https://t/t"),
    "OG406 at the end": ("https://crm.example.com/a/b/..", "https://crm.example.com/a/"),
    "OG407": ("https://crm.example.com:443/t", "https://crm.example.com/t"),
    "OG407 without a path": ("https://[::1]:443?x=:443", "https://[::1]?x=:443"),
    "all at once": ("https://crm.example.com:443/a/../t#:443", "https://crm.example.com/t"),
}


@pytest.mark.parametrize(("bad", "good"), URLS.values(), ids=URLS)
def test_url_is_written_in_normal_form(bad: str, good: str, tmp_path: Path) -> None:
    text = HEAD + "  crm: {client_id: a, token_endpoint: '%s'} # x\n"
    workspace(tmp_path, branch=text % bad)
    assert fixed(tmp_path).skipped == {}
    assert (tmp_path / BRANCH).read_text() == text % good


@pytest.mark.parametrize("path", ["a/..;x/t", "a%2f../t", "..%5ct"])
def test_encoded_path_is_not_changed(path: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm: {{token_endpoint: 'https://crm.example.com/{path}'}}\n")
    assert fixed(tmp_path).contents == {}


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("scopes: [a, b, a,  c, 'b' ] # x", "scopes: [a, b,  c ] # x"),
        ("scopes: [a, a]", "scopes: [a]"),
        (
            "scopes:\n      - a # 1\n      # own\n      - 'a' # 2\n      - b",
            "scopes:\n      - a # 1\n      # own\n      - b",
        ),
        ("scopes: [0x1f, b, a, b]", 'scopes: ["0x1f", b, a]'),
    ],
)
def test_duplicate_scope_is_removed(bad: str, good: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm:\n    {bad}\n")
    assert fixed(tmp_path).skipped == {}
    assert (tmp_path / BRANCH).read_text() == f"{HEAD}  crm:\n    {good}\n"


DEAD = {
    "a line": ("  crm:\n    client_id: crm-main\n    scopes: [b]\n", "  crm:\n    scopes: [b]\n"),
    "its comment": ("  crm:\n    client_id: crm-main # x\n    scopes: [b] # y\n", "  crm:\n    scopes: [b] # y\n"),
    "not the comment above": (
        "  crm:\n    # above\n    client_id: 'crm-main'\n    scopes: [b]\n",
        "  crm:\n    # above\n    scopes: [b]\n",
    ),
    "the last line": ("  crm:\n    scopes: [b]\n    client_id: crm-main", "  crm:\n    scopes: [b]"),
    "a list in block style": (
        "  crm:\n    scopes:\n      - api.read # x\n    client_id: b\n\n",
        "  crm:\n    client_id: b\n\n",
    ),
    "a value on its own line": (
        "  crm:\n    client_id:\n      crm-main\n    scopes: [b]\n",
        "  crm:\n    scopes: [b]\n",
    ),
    "the first of two in braces": ("  crm: {client_id: crm-main, scopes: [b]}\n", "  crm: {scopes: [b]}\n"),
    "the last of two in braces": ("  crm: { scopes: [b],client_id: crm-main } # x\n", "  crm: { scopes: [b] } # x\n"),
    "two of four in braces": (
        "  crm: {client_id: crm-main, scopes: [b], grant_types: [client_credentials], require_pkce: false}\n",
        "  crm: {scopes: [b], require_pkce: false}\n",
    ),
    "braces over lines": (
        "  crm: {\n    client_id: crm-main,\n    scopes: [b],\n    user_login: {prompt: login},\n  }\n",
        "  crm: {\n    scopes: [b],\n  }\n",
    ),
    "a nested mapping": (
        "  crm:\n    user_login:\n      # own\n      prompt: login\n    scopes: [b]\n",
        "  crm:\n      # own\n    scopes: [b]\n",
    ),
    "a nested mapping in braces": (
        "  crm:\n    user_login: {prompt: login}\n    scopes: [b]\n",
        "  crm:\n    scopes: [b]\n",
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("bad", "good"), DEAD.values(), ids=DEAD)
def test_dead_override_is_removed_with_its_line(bad: str, good: str, end: str, tmp_path: Path) -> None:
    head = OVERRIDE + "oauth_servers:\n"
    workspace(tmp_path, application=(head + bad).replace("\n", end))
    result = fixed(tmp_path)
    assert (tmp_path / APPLICATION).read_bytes().decode() == (head + good).replace("\n", end)
    assert {finding.code for finding in result.done} == {"OG301"}


@pytest.mark.parametrize(
    "servers",
    [
        "oauth_servers:\n  crm:\n    client_id: crm-main",
        "oauth_servers: {crm: {client_id: crm-main}}",
        "oauth_servers:\n  crm: {client_id: crm-main}\n",
    ],
)
def test_mapping_left_empty_is_removed_too(servers: str, tmp_path: Path) -> None:
    workspace(tmp_path, application=OVERRIDE + servers)
    fixed(tmp_path)
    assert (tmp_path / APPLICATION).read_text().rstrip("\n") == OVERRIDE.rstrip("\n")


STAY = {
    "a comment inside of the value": (
        "  crm:\n    scopes:\n      # why\n      - api.read\n    client_id: b\n",
        "it contains a comment on a line of its own",
    ),
    "a comment inside of braces": (
        "  crm: {\n    client_id: crm-main, # why\n    scopes: [b]\n  }\n",
        "it may contain a comment",
    ),
    "a key that was asked for with a question mark": (
        "  crm:\n    ? client_id\n    : crm-main\n    scopes: [b]\n",
        "something else stands on the same line",
    ),
}


@pytest.mark.parametrize(("text", "why"), STAY.values(), ids=STAY)
def test_dead_override_with_a_comment_is_kept(text: str, why: str, tmp_path: Path) -> None:
    workspace(tmp_path, application=f"{OVERRIDE}oauth_servers:\n{text}")
    result = fixed(tmp_path)
    assert (tmp_path / APPLICATION).read_text() == f"{OVERRIDE}oauth_servers:\n{text}"
    assert list(result.skipped.values()) == [why]


UNSAFE = {
    "OG201": ("require_pkc: true # x", "require_pkce: true # x"),
    "OG201 in quotes": ("'token-endpoint': https://crm.example.com/t", "'token_endpoint': https://crm.example.com/t"),
    "OG401": ("token_endpoint: http://crm.example.com/t?a=b", "token_endpoint: https://crm.example.com/t?a=b"),
    "OG401 in quotes": ('token_endpoint: "HTTP://crm.example.com/t"', 'token_endpoint: "https://crm.example.com/t"'),
    "OG430": (
        "require_pkce: false\n    grant_types: [authorization_code]",
        "require_pkce: true\n    grant_types: [authorization_code]",
    ),
}


@pytest.mark.parametrize(("bad", "good"), UNSAFE.values(), ids=UNSAFE)
def test_unsafe_fix_is_applied_only_on_request(bad: str, good: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm:\n    {bad}\n")
    assert fixed(tmp_path).contents == {}
    fixed(tmp_path, unsafe=True)
    assert (tmp_path / BRANCH).read_text() == f"{HEAD}  crm:\n    {good}\n"


@pytest.mark.parametrize("host", ["app.example.com", "app.example.com:80"])
def test_redirect_uri_becomes_https_only_on_request(host: str, tmp_path: Path) -> None:
    workspace(tmp_path, application=f"{OVERRIDE}redirect_uri: http://{host}/oauth-callback # x\n")
    fixed(tmp_path, unsafe=True)
    text = (tmp_path / APPLICATION).read_text()
    assert text == f"{OVERRIDE}redirect_uri: https://app.example.com/oauth-callback # x\n"


@pytest.mark.parametrize(
    "text",
    ["token_endpoint: http://crm.example.com:8080/t", "require_pkc: true\n    require_pkce: true"],
    ids=["a port that speaks no TLS", "a key that is there already"],
)
def test_unfixable_value_gets_no_unsafe_fix(text: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}  crm:\n    {text}\n")
    assert fixed(tmp_path, unsafe=True).contents == {}


def test_harmful_fix_is_skipped_and_the_others_applied(tmp_path: Path) -> None:
    bad = f"{HEAD}  crm:\n    grant_types: [Client-Credentials]\n    client_id: 0123\n"
    workspace(tmp_path, branch=bad)
    result = fixed(tmp_path)
    assert (tmp_path / BRANCH).read_text() == bad.replace("0123", '"0123"')
    assert list(result.skipped.values()) == [f"OG442 would be found at {BRANCH}:6:18"]


def test_fixes_are_bisected_if_none_is_clearly_harmful(tmp_path: Path) -> None:
    bad = f"\ufeff{HEAD}  crm:\n    grant_types: [Client-Credentials]\n    client_id: 0123\n    scopes: []\n"
    workspace(tmp_path, branch=bad)
    result = fixed(tmp_path)
    assert (tmp_path / BRANCH).read_text() == bad.replace("0123", '"0123"').removeprefix("\ufeff")
    assert list(result.skipped.values()) == [f"OG442 would be found at {BRANCH}:8:13"]


def test_suppressed_finding_is_not_fixed(tmp_path: Path) -> None:
    servers = "oauth_servers:\n  crm:\n    client_id: crm-main # oauthgit: ignore[OG301] decided in the review\n"
    workspace(tmp_path, application=OVERRIDE + servers)
    assert fixed(tmp_path).contents == {}


def test_fix_moves_no_suppression_to_another_line(tmp_path: Path) -> None:
    servers = """\
oauth_servers:
  crm:
    # oauthgit: ignore[OG401] the next line is right for now
    issuer: http://crm.example.com
    revocation_endpoint: http://crm.example.com/revoke
"""
    branch = HEAD + SERVER.replace("    client_id", "    issuer: http://crm.example.com\n    client_id")
    workspace(tmp_path, branch=branch, application=OVERRIDE + servers)
    result = fixed(tmp_path)
    assert (tmp_path / APPLICATION).read_text() == OVERRIDE + servers
    assert [(each.code, why) for each, why in result.skipped.items()] == [
        ("OG301", f"OG401 would be suppressed by a comment that meant another line, at {APPLICATION}:9:26")
    ]


LOGIN = """\
  crm:
    issuer: https://crm.example.com
    authorization_endpoint: https://crm.example.com/oauth/authorize
    token_endpoint: https://crm.example.com/oauth/token
    client_id: crm-main
    grant_types: [authorization_code]
"""
FIRST = {
    "in brackets": ("[profile, email] # x", "[openid, profile, email] # x"),
    "one in brackets": ("[email]", "[openid, email]"),
    "without blanks": ("[profile,email]", "[openid,profile,email]"),
    "with blanks": ("[ profile , email ]", "[ openid , profile , email ]"),
    "quoted": ("['profile', \"email\"]", "['openid', 'profile', \"email\"]"),
    "in double quotes": ('["email" ]', '["openid", "email" ]'),
    "over lines": (
        "[\n      profile, # why\n      email\n    ]",
        "[\n      openid,\n      profile, # why\n      email\n    ]",
    ),
    "two in the first of many lines": ("[profile, x,\n      email]", "[openid, profile, x,\n      email]"),
    "a comment behind the bracket": ("[ # c\n      email ]", "[ # c\n      openid,\n      email ]"),
    "a block": ("\n      - profile # why\n      - email", "\n      - openid\n      - profile # why\n      - email"),
    "a block without indentation": ("\n    - email\n", "\n    - openid\n    - email\n"),
    "a block with wide dashes": ("\n        -   'email'", "\n        -   'openid'\n        -   'email'"),
    "a block below comments": (
        " # all\n\n      # the list\n\n      # is \U0001f600\n      # why\n      - email # é",
        " # all\n\n      # the list\n\n      - openid\n      # is \U0001f600\n      # why\n      - email # é",
    ),
    "a block that ends in a literal": (
        "\n      - |-\n        email\n",
        "\n      - openid\n      - |-\n        email\n",
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("bad", "good"), FIRST.values(), ids=FIRST)
def test_openid_is_inserted_first(bad: str, good: str, end: str, tmp_path: Path) -> None:
    text = HEAD + LOGIN + "    scopes: "
    workspace(tmp_path, branch=(text + bad).replace("\n", end))
    result = fixed(tmp_path)
    assert (tmp_path / BRANCH).read_bytes().decode() == (text + good).replace("\n", end)
    assert ([each.code for each in result.done], result.skipped) == (["OG441"], {})
    assert fixed(tmp_path).contents == {}


LAST = {
    "in brackets": ("[a, b] # x", "[a, b, offline_access] # x"),
    "empty": ("[]", "[offline_access]"),
    "empty with a blank": ("[ ] # x", "[offline_access] # x"),
    "empty over lines": ("[ # none\n    ]", "[ # none\n    offline_access]"),
    "a comma at the end": ("[a, 'b', ]", "[a, 'b', 'offline_access', ]"),
    "over lines": (
        "[\n      a, # 1\n      b # 2\n      # 3\n    ]",
        "[\n      a, # 1\n      b, # 2\n      offline_access\n      # 3\n    ]",
    ),
    "over lines with a comma at the end": (
        '[\n      a,\n      "b", # 2\n    ]',
        '[\n      a,\n      "b", # 2\n      "offline_access",\n    ]',
    ),
    "commas in front": ("[\n      a\n    , b\n    ]", "[\n      a\n    , b\n    , offline_access\n    ]"),
    "a block": (
        "\n      - a # 1\n      - b # 2\n      # 3",
        "\n      - a # 1\n      - b # 2\n      - offline_access\n      # 3",
    ),
    "a block without an end": ("\n    - a\n    -  'b'", "\n    - a\n    -  'b'\n    -  'offline_access'"),
    "a text over lines": (
        '\n      - a\n      - "b\n        c"',
        '\n      - a\n      - "b\n        c"\n      - "offline_access"',
    ),
}
ENTRA = """\
  crm:
    provider: microsoft_entra
    authorization_endpoint: https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize
    token_endpoint: https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token
    client_id: 5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11
    grant_types: [authorization_code]
    user_login: {request_refresh_token: true}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("bad", "good"), LAST.values(), ids=LAST)
def test_refresh_token_scope_is_appended_on_request(bad: str, good: str, end: str, tmp_path: Path) -> None:
    text = HEAD + ENTRA + "    scopes: "
    workspace(tmp_path, branch=(text + bad).replace("\n", end))
    assert fixed(tmp_path).contents == {}
    result = fixed(tmp_path, unsafe=True)
    assert (tmp_path / BRANCH).read_bytes().decode() == (text + good).replace("\n", end)
    assert (("OG436" in {each.code for each in result.done}), result.skipped) == (True, {})


@pytest.mark.parametrize(
    ("scopes", "why"),
    [
        ("\n      - |-\n        a\n", "the last item of the list does not end at the end of a line"),
        ("\n      -\n        a\n", "the items of the list are not on the lines of their dashes"),
    ],
)
def test_item_is_not_inserted_if_the_style_is_unclear(scopes: str, why: str, tmp_path: Path) -> None:
    workspace(tmp_path, branch=f"{HEAD}{ENTRA}    scopes: {scopes}")
    result = fixed(tmp_path, unsafe=True)
    assert (result.contents, list(result.skipped.values())) == ({}, [why])


def test_both_scopes_are_inserted_into_one_list(tmp_path: Path) -> None:
    issuer = "    issuer: https://login.microsoftonline.com/contoso.com/v2.0\n"
    workspace(tmp_path, branch=f"{HEAD}{ENTRA}{issuer}    scopes: [email]\n")
    fixed(tmp_path, unsafe=True)
    assert (tmp_path / BRANCH).read_text() == f"{HEAD}{ENTRA}{issuer}    scopes: [openid, email, offline_access]\n"


def test_inherited_list_is_extended_only_if_all_users_lack_it(tmp_path: Path) -> None:
    plain = HEAD + LOGIN.replace("    issuer: https://crm.example.com\n", "") + "    scopes: [email]\n"
    override = f"{OVERRIDE}oauth_servers:\n  crm:\n    issuer: https://crm.example.com\n"
    workspace(tmp_path, branch=plain, application=override)
    result = fixed(tmp_path)
    assert (result.contents, {each.code: why for each, why in result.skipped.items()}) == (
        {},
        {"OG441": "/oauth_servers/crm/scopes of branch/M/MAIN would change"},
    )
    workspace(tmp_path, branch=f"{HEAD}{LOGIN}    scopes: [email]\n", application=override)
    fixed(tmp_path)
    assert (tmp_path / BRANCH).read_text() == f"{HEAD}{LOGIN}    scopes: [openid, email]\n"


def test_overriding_list_is_extended_and_the_base_is_not(tmp_path: Path) -> None:
    branch = f"{HEAD}{LOGIN}    scopes: [openid, email]\n"
    override = f"{OVERRIDE}oauth_servers:\n  crm:\n    scopes: %s\n"
    workspace(tmp_path, branch=branch, application=override % "[profile]")
    fixed(tmp_path)
    assert (tmp_path / BRANCH).read_text() == branch
    assert (tmp_path / APPLICATION).read_text() == override % "[openid, profile]"


def test_list_stated_in_no_file_is_not_written(tmp_path: Path) -> None:
    workspace(tmp_path, branch=HEAD + ENTRA)
    (finding,) = (each for each in load(tmp_path).findings if each.code == "OG436")
    assert (finding.fixable, finding.location.pointer) == ("", "/oauth_servers/crm/user_login/request_refresh_token")


def test_secrets_file_is_never_changed(sample: Path, program: Program) -> None:
    file = sample / "configs/branches/INSIGHTS/MAIN.secrets.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    before = file.read_bytes()
    result = program("validate", "--fix", "--format", "json")
    assert [(one["code"], one["fixable"]) for one in json.loads(result.out)["findings"]] == [("OG110", None)]
    assert file.read_bytes() == before


@pytest.fixture
def with_mistakes(sample: Path) -> Path:
    """Return the sample with mistakes in two files."""
    for path, old, new in (
        (BRANCH.replace("/M/", "/INSIGHTS/"), "prompt: consent", "prompt: Consent"),
        ("configs/iam_applications/insights-prod.yaml", "  hub:\n", '  hub:\n    require_pkce: "false"\n'),
    ):
        file = sample / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
    return sample


def test_command_fixes_and_reports_the_remaining_findings(with_mistakes: Path, program: Program) -> None:
    result = program("validate", "--fix")
    assert (result.code, result.err) == (0, "oauthgit: 2 findings fixed in 2 files\n")
    assert result.out.endswith("nothing found\n")
    assert program("validate", "--fix").err == "oauthgit: no findings fixed\n"
    assert with_mistakes.is_dir()


def test_paths_limit_the_fixes(with_mistakes: Path, program: Program) -> None:
    result = program("validate", "--fix", "configs/iam_applications")
    assert (result.code, "OG204" in result.out, "OG202" in result.out) == (1, True, False)
    assert "prompt: Consent" in (with_mistakes / "configs/branches/INSIGHTS/MAIN.yaml").read_text()


def test_selected_codes_limit_the_fixes(with_mistakes: Path, program: Program) -> None:
    assert program("validate", "--fix", "--select", "OG204").err.startswith("oauthgit: 1 finding fixed in 1 file")
    assert program("validate", "--fix", "--ignore", "OG202").err == "oauthgit: no findings fixed\n"
    assert with_mistakes.is_dir()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_diff_writes_no_file_and_git_applies_it(
    end: str, with_mistakes: Path, program: Program, tmp_path: Path
) -> None:
    spaced = with_mistakes / "configs/iam_applications/my app.yaml"
    spaced.write_text(
        OVERRIDE.replace("app\n", "my app\n", 1).replace("model: M", "model: INSIGHTS")
        + "redirect_uri: ' http://localhost/oauth-callback'"
    )
    for file in with_mistakes.glob("configs/*/**/*.yaml"):
        if ".secrets." not in file.name:
            file.write_bytes(file.read_bytes().replace(b"\n", end.encode()))
    committed(with_mistakes)
    plain = program("validate", "--format", "json")
    result = program("validate", "--diff", "--output", "json=report.json")
    assert (result.code, json.loads((with_mistakes / "report.json").read_text())["findings"]) == (
        plain.code,
        json.loads(plain.out)["findings"],
    )
    assert result.err == "oauthgit: 3 findings would be fixed in 3 files\n"
    assert git(with_mistakes, "status", "--porcelain") == "?? report.json"
    (tmp_path / "patch").write_bytes(result.out.encode())
    git(with_mistakes, "apply", str(tmp_path / "patch"))
    applied = {file: file.read_bytes() for file in with_mistakes.glob("configs/**/*.yaml")}
    git(with_mistakes, "checkout", "--quiet", "--", ".")
    assert program("validate", "--fix").code == 0
    assert {file: file.read_bytes() for file in with_mistakes.glob("configs/**/*.yaml")} == applied


def test_diff_and_report_both_on_stdout_are_exit_2(with_mistakes: Path, program: Program) -> None:
    assert program("validate", "--diff", "--format", "json").code == 2
    assert with_mistakes.is_dir()


@pytest.mark.parametrize(
    "line",
    [
        "client_secret: s3cr3t-canary",
        "# client_secret: s3cr3t-canary",
        "issuer: https://u:s3cr3t-canary@hub.example.com",
    ],
)
def test_diff_shows_no_secret(line: str, with_mistakes: Path, program: Program) -> None:
    (with_mistakes / "configs/oauthgit.yaml").write_text("kind: policy\nrules: {OG501: off, OG403: off, OG404: off}\n")
    file = with_mistakes / "configs/iam_applications/insights-prod.yaml"
    file.write_text(file.read_text().replace("  hub:\n", f"  hub:\n    {line}\n", 1))
    result = program("validate", "--diff")
    assert "s3cr3t-canary" not in result.out + result.err
    assert "diff not shown" in result.err
    assert "+    user_login: {request_refresh_token: true, prompt: consent}" in result.out


def contents(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*.yaml"))}


def test_read_only_file_is_skipped_and_the_other_fixed(with_mistakes: Path, program: Program) -> None:
    file = with_mistakes / "configs/iam_applications/insights-prod.yaml"
    file.chmod(0o444)
    before = file.read_bytes()
    result = program("validate", "--fix")
    assert (result.code, "insights-prod.yaml is read-only" in result.err) == (2, True)
    assert "1 finding fixed in 1 file" in result.err
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (before, 0o444)


def test_file_mode_is_kept_and_symlink_not_followed(with_mistakes: Path) -> None:
    prod, main = (
        with_mistakes / "configs/iam_applications/insights-prod.yaml",
        with_mistakes / "configs/branches/INSIGHTS/MAIN.yaml",
    )
    prod.chmod(0o640)
    result = apply_fixes(with_mistakes, EVERYTHING)
    shutil.copy(main, with_mistakes / "elsewhere")
    main.unlink()
    main.symlink_to(with_mistakes / "elsewhere")
    before = main.read_bytes()
    assert list(write(result)) == ["configs/branches/INSIGHTS/MAIN.yaml"]
    assert (main.is_symlink(), main.read_bytes()) == (True, before)
    assert (stat.S_IMODE(prod.stat().st_mode), b"require_pkce: false" in prod.read_bytes()) == (0o640, True)


def test_concurrently_changed_file_is_skipped(with_mistakes: Path) -> None:
    result = apply_fixes(with_mistakes, EVERYTHING)
    file = with_mistakes / "configs/iam_applications/insights-prod.yaml"
    file.write_text(file.read_text() + "# mine\n")
    assert "changed by another program" in write(result)["configs/iam_applications/insights-prod.yaml"]
    assert file.read_text().endswith("# mine\n")


LIMITED = """
import resource, signal, sys
from oauthgit.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.exit(main(["validate", "--fix"]))
"""


@pytest.mark.posix  # limits of a process
def test_full_disk_loses_nothing(with_mistakes: Path) -> None:
    before = contents(with_mistakes)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED], cwd=with_mistakes, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True), done.stderr
    assert contents(with_mistakes) == before
    assert [file.name for file in with_mistakes.rglob(".*.yaml.*")] == []


def test_disk_without_space_loses_nothing(with_mistakes: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "none", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        shutil.copytree(with_mistakes / "configs", small / "configs")
        with (small / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        before = contents(small)
        failed = write(apply_fixes(small, EVERYTHING))
        assert len(failed) == 2
        assert all("No space left" in why for why in failed.values())
        assert contents(small) == before
    finally:
        subprocess.run(["umount", small], check=True)


KILLED = "import sys; from oauthgit.cli import main; sys.exit(main(['validate', '--fix', '-q']))"


def test_kill_leaves_each_file_old_or_new(with_mistakes: Path, tmp_path: Path) -> None:
    text = OVERRIDE.replace("model: M", "model: INSIGHTS") + "redirect_uri: ' http://localhost/oauth-callback' # "
    for name in (f"app{number:02}" for number in range(60)):
        file = with_mistakes / f"configs/iam_applications/{name}.yaml"
        file.write_text(text.replace("application: app", f"application: {name}") + "x" * 4000)
    old = contents(with_mistakes)
    shutil.copytree(with_mistakes / "configs", tmp_path / "fresh")
    result = apply_fixes(with_mistakes, EVERYTHING)
    new = old | {path: content for path, (_, content) in result.contents.items()}
    first = with_mistakes / next(iter(result.contents))
    between = 0
    for delay in (0, 0.001, 0.003, 0.01):
        shutil.rmtree(with_mistakes / "configs")
        shutil.copytree(tmp_path / "fresh", with_mistakes / "configs")
        process = subprocess.Popen([sys.executable, "-c", KILLED], cwd=with_mistakes, stdout=subprocess.DEVNULL)
        while process.poll() is None and first.read_bytes() == old[str(first.relative_to(with_mistakes))]:
            time.sleep(0.0001)
        time.sleep(delay)
        process.kill()
        process.wait()
        now = contents(with_mistakes)
        assert now.keys() == old.keys()
        assert all(content in {old[path], new[path]} for path, content in now.items())
        between += now not in (old, new)
    assert between, "no kill fell between two files"


def test_diff_with_runner_commands_is_not_shown(tmp_path: Path, program: Program) -> None:
    branch = tmp_path / "configs/branches/M/MAIN.yaml"
    branch.parent.mkdir(parents=True)
    branch.write_text("kind: branch\n::error file=x::owned: 1\nmodel: M\nbranch: MAIN\n# ##vso[x]\noauth_servers: {}\n")
    branch.write_bytes("\ufeff".encode() + branch.read_bytes())
    result = program("-C", str(tmp_path), "validate", "--diff")
    assert "::error" not in result.out
    assert "diff not shown" in result.err
