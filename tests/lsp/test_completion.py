"""Completion: from the schema, the catalogue and the other files, in text that is being written."""

from pathlib import Path

import pytest
from lsprotocol import types

from support.editor import Editor

pytestmark = pytest.mark.asyncio

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        (
            "    revocation_endpoint: https://x.example\n    req",
            {"require_pkce", "scopes", "user_login"},
            {"client_id"},
        ),
        ("    require_pkce: ", {"true", "false"}, {"null"}),
        ("    token_endpoint_auth_method: client_secret_p", {"client_secret_post", "client_secret_basic"}, set()),
        ("    grant_types: [", {"client_credentials", "authorization_code", "refresh_token"}, set()),
        ("    grant_types: [client_credentials, ref", {"refresh_token"}, set()),
        ("    grant_types:\n      - ", {"client_credentials", "refresh_token"}, set()),
        ("    user_login:\n      pro", {"prompt", "request_refresh_token"}, {"client_id"}),
        ("    user_login: {", {"prompt", "request_refresh_token"}, {"client_id"}),
        ("    user_login: {prompt: con", {"consent", "select_account"}, {"prompt"}),
        ("    user_login: {prompt: login, ", {"request_refresh_token"}, {"prompt"}),
        ("    # req", set(), {"require_pkce"}),
        ("    grant_types: [\n      client_credentials,\n      ref", {"refresh_token"}, {"require_pkce"}),
        ("    grant_types: [client_credentials] ", set(), {"refresh_token", "require_pkce"}),
        ("    user_login: {prompt: login} ", set(), {"consent", "prompt"}),
        ("    user_login: {prompt: login ", set(), {"consent", "prompt"}),
        ("    user_login: {prompt: 'login'", set(), {"consent", "prompt"}),
        ("    user_login: {prompt: login, # req", set(), {"request_refresh_token"}),
        ("    user_login: {prompt: login} # req", set(), {"request_refresh_token"}),
        ("    user_login: &a {# c\n      pro", {"prompt"}, {"client_id"}),
        ("    user_login: {'prompt': \"con", {"consent"}, {"request_refresh_token"}),
        ("  next: {user_login: {prompt: con", {"consent"}, {"client_id"}),
        ("  next: {grant_types: [client_credentials], sco", {"scopes"}, {"grant_types"}),
        ("  next: {grant_types: [client_credentials, ref", {"refresh_token"}, {"scopes"}),
        ('    "token_endpoint_auth_method": cl', {"client_secret_post"}, {"scopes"}),
        ('    token_endpoint_auth_method: "a #cl', {"client_secret_post"}, {"scopes"}),
        ("    token_endpoint_auth_method: # cl", set(), {"client_secret_post"}),
        ("    token_endpoint_auth_method: 'client_secret_basic'", set(), {"client_secret_post"}),
        ("    token_endpoint_auth_method: |", set(), {"client_secret_post"}),
        ("    plain text and req", set(), {"require_pkce"}),
        ("\treq", set(), {"require_pkce", "kind"}),
        ("- req", set(), {"require_pkce", "kind"}),
    ],
)
async def test_schema_completes_keys_and_values(
    typed: str, wanted: set[str], unwanted: set[str], editor: Editor, sample: Path
) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.change(f"{buffer.text}{typed}")
    found = await buffer.complete(typed)
    assert wanted <= found.keys()
    assert unwanted.isdisjoint(found)
    buffer.close()


async def test_completion_replaces_the_begun_word(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.change(f"{buffer.text}    require_pk")
    found = await buffer.complete("    require_pk")
    edit = found["require_pkce"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert buffer.apply([edit]).endswith("\n    require_pkce: ")
    assert found["require_pkce"].documentation
    buffer.close()


@pytest.mark.parametrize("name", ["2027.1", "on", "RELEASE 2027", "1e3"])
async def test_names_are_quoted_where_yaml_needs_it(name: str, editor: Editor, sample: Path) -> None:
    editor.open(sample / f"configs/branches/INSIGHTS/{name}.yaml", f'kind: branch\nmodel: INSIGHTS\nbranch: "{name}"\n')
    buffer = editor.open(sample / PRODUCTION)
    await buffer.codes()
    begun = f"branch: {name[:-1]}"
    buffer.replace("branch: MAIN", begun)
    edit = (await buffer.complete(begun))[name].text_edit
    assert isinstance(edit, types.TextEdit)
    assert f'\nbranch: "{name}"\n' in buffer.apply([edit])
    buffer.close()


async def test_first_line_completes_behind_a_byte_order_mark(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION, "\ufeffmod")
    edit = (await buffer.complete("mod"))["model"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert buffer.apply([edit]) == "\ufeffmodel: "
    buffer.close()


async def test_servers_of_the_branch_complete_an_override(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("\n  hub:\n", "\n  h\n  unknown:\n")
    found = await buffer.complete("\n  h")
    assert found.keys() == {"hub"}, "the other servers are there already"
    assert found["hub"].detail == "defined by branch/INSIGHTS/MAIN"
    buffer.close()


async def test_names_of_models_and_branches_complete(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("model: INSIGHTS", "model: ")
    assert {"INSIGHTS", "WAREHOUSE"} <= (await buffer.complete("model: ")).keys()
    buffer.replace("model: ", "model: WAREHOUSE")
    buffer.replace("branch: MAIN", "branch: ")
    assert {"MAIN", "RELEASE_2027_1"} == (await buffer.complete("branch: ")).keys()
    branch = editor.open(sample / "configs/branches/INSIGHTS/FEATURE_TAX.yaml")
    branch.replace("origin: MAIN", "origin: ")
    assert (await branch.complete("origin: ")).keys() == {"MAIN"}, "no branch inherits from itself"
    buffer.close()
    branch.close()


async def test_catalogue_completes_provider_and_its_values(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / BRANCH)
    buffer.replace("provider: google", "provider: goo")
    found = await buffer.complete("provider: goo")
    assert found["google"].detail == "Google"
    buffer.replace("provider: goo", "provider: google\n    token_endpoint: ")
    assert "https://oauth2.googleapis.com/token" in await buffer.complete("google\n    token_endpoint: ")
    buffer.replace("scopes: [openid,", "scopes: [o,")
    assert "https://www.googleapis.com/auth/calendar.events" in await buffer.complete("scopes: [o")
    buffer.close()


async def test_provider_named_below_completes_an_override(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    await buffer.codes()
    buffer.replace("  google:\n", "  google:\n    revocation_endpoint: \n")
    assert "https://oauth2.googleapis.com/revoke" in await buffer.complete("  google:\n    revocation_endpoint: ")
    buffer.replace("revocation_endpoint: \n", "user_login: {prompt: }\n")
    found = await buffer.complete("user_login: {prompt: ")
    assert found["consent"].detail == "supported by Google"
    buffer.close()


async def test_codes_complete_in_comments_and_policy(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / PRODUCTION)
    buffer.replace("insights-production", "insights-production # oauthgit: ignore[OG301, OG")
    found = await buffer.complete("ignore[OG301, OG")
    assert str(found["OG401"].detail).startswith("error: ")
    policy = editor.open(sample / "configs/oauthgit.yaml")
    policy.replace("  OG705: off", "  OG4\n  OG705: off")
    codes = await policy.complete("  OG4")
    assert "OG401" in codes
    assert "OG301" not in codes, "it is graded already"
    policy.replace("  OG4\n", "  OG401: \n")
    assert {"off", "note", "warning", "error"} <= (await policy.complete("  OG401: ")).keys()
    buffer.close()
    policy.close()


async def test_secrets_file_completes_nothing(editor: Editor, sample: Path) -> None:
    buffer = editor.open(sample / "configs/iam_applications/insights-prod.secrets.yaml")
    buffer.change(f"{buffer.text}\ncl")
    assert await buffer.complete("\ncl") == {}
    buffer.close()
