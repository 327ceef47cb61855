"""Errors of shape, each reported once, with a remedy and without secrets."""

import pytest

from oauthgit.model.finding import Finding
from oauthgit.validate import validate
from support.documents import document

HEAD = """
    kind: iam_application
    application: prod
    model: M
    branch: MAIN
    environment: production
    """
SERVER = HEAD + "oauth_servers:\n      crm:\n        "


def only(text: str) -> Finding:
    _, findings = validate(document("iam_application/prod", text))
    assert len(findings) == 1, findings
    return findings[0]


TABLE = {
    "a near miss": (SERVER + "clientid: a", "OG201", '"clientid" is not a setting; did you mean "client_id"?'),
    "a setting one level too high": (SERVER + "prompt: login", "OG201", "Move it under user_login."),
    "a setting one level too low": (
        SERVER + "redirect_uri: https://a.example.com/x",
        "OG201",
        "Move it to the top of the file.",
    ),
    "a setting at the top": (HEAD + "client_id: a", "OG201", "Move it under a server."),
    "a key that nothing is like": (HEAD + "zzz: a", "OG201", "run `oauthgit schema` to see the settings"),
    "a key that is a sentence": (HEAD + '"not a key": a', "OG201", "this key is not a setting here"),
    "a default that stays": (SERVER + "require_pkc: false", "OG201", "the default (true) stays in force without it"),
    "text for a boolean": (SERVER + 'require_pkce: "TRUE"', "OG202", "Write true without quotes."),
    "a number for text": (SERVER + "client_id: 42", "OG202", 'Quote it: "42".'),
    "a boolean for text": (SERVER + "client_id: true", "OG202", 'Quote it: "true".'),
    "text for a list": (SERVER + 'scopes: "a.read, a.write"', "OG202", "Write a list: [a.read, a.write]."),
    "a list for text": (SERVER + "client_id: [a]", "OG202", "client_id must be text, and this is a list"),
    "text for a mapping": (SERVER + "user_login: x", "OG202", "user_login must be a mapping, and this is text"),
    "a number in a list": (SERVER + "scopes: [1]", "OG202", "scopes[0] must be text, and this is a number"),
    "nothing where something is needed": (
        HEAD.replace("model: M", "model:"),
        "OG202",
        "Remove the key, or give it a value.",
    ),
    "a missing identity": (HEAD.replace("    branch: MAIN\n", ""), "OG203", "branch is missing"),
    "a word that does not exist": (
        HEAD.replace("production", "prod"),
        "OG204",
        '"prod" is not one of development, test',
    ),
    "a word in another case": (
        SERVER + "grant_types: [Client-Credentials]",
        "OG204",
        'did you mean "client_credentials"?',
    ),
    "a kind that does not exist": (
        HEAD.replace("iam_application", "app", 1),
        "OG204",
        'kind must be "iam_application" here',
    ),
    "white space": (SERVER + 'client_id: " a"', "OG205", "Remove the white space."),
    "an empty text": (SERVER + 'client_id: ""', "OG206", "client_id is empty"),
    "an empty list": (SERVER + "grant_types: []", "OG206", "grant_types is an empty list"),
    "twice the same": (SERVER + "grant_types: [refresh_token, refresh_token]", "OG206", "contains an item twice"),
    "no date": (SERVER + "client_secret_expires_on: tomorrow", "OG206", "form of a date such as 2027-06-30"),
    "a day that does not exist": (SERVER + "client_secret_expires_on: 2027-02-30", "OG206", "is not a date such as"),
    "a provider's name": (SERVER + "provider: Exact Online", "OG206", "does not have the form"),
    "a server's name": (HEAD + "oauth_servers: {CRM: {}}", "OG206", '"CRM" does not have the form'),
    "too long": (SERVER + f"client_id: {'x' * 2000}", "OG206", "is longer than 1024 characters"),
    "a variable's name": (SERVER + 'client_secret: {from_env: "not a name"}', "OG501", ""),
}


@pytest.mark.parametrize(("text", "code", "words"), TABLE.values(), ids=TABLE)
def test_mistake_is_reported_once_with_a_remedy(text: str, code: str, words: str) -> None:
    if code == "OG501":
        assert validate(document("iam_application/prod", text))[1] == [], "the rule OG501 reports it"
        return
    finding = only(text)
    assert finding.code == code
    assert words in f"{finding.message}; {finding.hint}; {finding.remedy}"
    assert finding.remedy or finding.code == "OG206"


def test_invalid_values_are_removed_and_the_rest_kept() -> None:
    found, findings = validate(
        document("iam_application/prod", SERVER + "clientid: a\n        client_id: b\n        scopes: [x, 1]")
    )
    assert len(findings) == 2
    assert found is not None
    assert found.data["oauth_servers"] == {"crm": {"client_id": "b", "scopes": ["x"]}}
    assert found.invalid == {"/oauth_servers/crm/clientid", "/oauth_servers/crm/scopes/1"}


def test_document_of_another_kind_is_left_to_its_rule() -> None:
    assert validate(document("iam_application/prod", HEAD.replace("iam_application", "branch", 1))) == (None, [])


@pytest.mark.parametrize("text", ["just text", "- a\n- list", "42"])
def test_document_that_is_no_mapping_is_dropped(text: str) -> None:
    found, (finding,) = validate(document("iam_application/prod", text))
    assert found is None
    assert (finding.code, finding.location.line) == ("OG202", 1)
    assert "the document must be a mapping" in finding.message


def test_values_reported_by_the_parser_have_no_other_finding() -> None:
    _, findings = validate(document("iam_application/prod", SERVER + "require_pkce: yes"))
    assert findings == []
