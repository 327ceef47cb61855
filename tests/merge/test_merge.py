"""The merge: layers become effective settings, every value with its origin."""

from typing import Any

import pytest

from oauthgit.merge import MergeInputs, merge
from oauthgit.merge.fold import EMPTY, Fold, Layer, fold_layer
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.schema import server_settings
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline import load
from support.documents import document
from support.paths import REPOSITORY

DEFAULTS = {"require_pkce": True, "scopes": [], "user_login": {"request_refresh_token": False}}
CIPHERTEXT = "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]"

MAIN = """
    kind: branch
    model: M
    branch: MAIN
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/token
        client_id: main
        scopes: [a, b]
        user_login: {prompt: login}
    """
FEATURE = """
    kind: branch
    model: M
    branch: FEATURE
    origin: MAIN
    oauth_servers:
      crm:
        client_id: feature
    """
PROD = """
    kind: iam_application
    application: prod
    model: M
    branch: FEATURE
    environment: production
    redirect_uri: https://app.example.com/oauth-callback
    oauth_servers:
      crm:
        client_id: prod
        require_pkce: null
    """
DEV = """
    kind: runtime_configuration
    model: M
    branch: MAIN
    name: dev
    """


def merged(*documents: Document, **providers: Document) -> tuple[dict[str, Settings], list[Finding]]:
    known = {document.layer: document.file for document in documents if document.kind in LAYERS}
    ground = MergeInputs(
        {Kind.RUNTIME_CONFIGURATION: "development"}, DEFAULTS, server_settings(), providers, {"env_secrets": {}}
    )
    settings, findings = merge(documents, ground, known)
    return {one.target: one for one in settings}, findings


def chain() -> tuple[Document, ...]:
    return (
        document("branch/M/MAIN", MAIN),
        document("branch/M/FEATURE", FEATURE),
        document("iam_application/prod", PROD),
        document("runtime_configuration/M/MAIN/dev", DEV),
    )


def test_layers_are_merged_from_defaults_to_target() -> None:
    targets, findings = merged(*chain())
    assert findings == []
    assert targets["iam_application/prod"].data == {
        "environment": "production",
        "redirect_uri": "https://app.example.com/oauth-callback",
        "oauth_servers": {
            "crm": {
                "require_pkce": True,
                "scopes": ["a", "b"],
                "user_login": {"request_refresh_token": False, "prompt": "login"},
                "token_endpoint": "https://crm.example.com/token",
                "client_id": "prod",
            }
        },
    }
    assert targets["runtime_configuration/M/MAIN/dev"].environment == "development"
    assert targets["branch/M/FEATURE"].servers["crm"]["client_id"] == "feature"


def test_value_names_its_layer_and_all_it_replaced() -> None:
    prod = merged(*chain())[0]["iam_application/prod"]
    setting = prod.settings["/oauth_servers/crm/client_id"]
    origins = [setting.origin, *setting.replaced]
    assert [(origin.layer, origin.value) for origin in origins] == [
        ("iam_application/prod", "prod"),
        ("branch/M/FEATURE", "feature"),
        ("branch/M/MAIN", "main"),
    ]
    places = [
        (origin.location.file, origin.location.line, origin.location.column) for origin in origins if origin.location
    ]
    assert places == [
        ("configs/iam_applications/prod.yaml", 10, 16),
        ("configs/branches/M/FEATURE.yaml", 8, 16),
        ("configs/branches/M/MAIN.yaml", 8, 16),
    ]


def test_null_resets_a_setting_and_stays_in_its_history() -> None:
    main = MAIN.replace("client_id: main", "client_id: main\n        require_pkce: false")
    targets, _ = merged(document("branch/M/MAIN", main), *chain()[1:])
    prod, feature = targets["iam_application/prod"], targets["branch/M/FEATURE"]
    assert prod.servers["crm"]["require_pkce"] is True
    assert prod.settings["/oauth_servers/crm/require_pkce"].origin.layer == "default"
    assert [origin.value for origin in prod.resets["/oauth_servers/crm/require_pkce"]] == [None, False]
    assert feature.servers["crm"]["require_pkce"] is False


def test_missing_setting_is_located_at_null_or_mapping() -> None:
    (prod,) = (one for name, one in merged(*chain())[0].items() if name == "iam_application/prod")
    places = {
        "require_pkce": ("configs/iam_applications/prod.yaml", 11),
        "issuer": ("configs/branches/M/MAIN.yaml", 6),
        "user_login/request_refresh_token": ("configs/branches/M/MAIN.yaml", 10),
        "client_id": ("configs/iam_applications/prod.yaml", 10),
    }
    for name, (file, line) in places.items():
        pointer = f"/oauth_servers/crm/{name}"
        assert (prod.locate(pointer).file, prod.locate(pointer).line) == (file, line), name
        assert prod.origin(pointer).location == prod.locate(pointer)


def test_invalid_server_of_a_branch_is_not_unknown() -> None:
    main = document("branch/M/MAIN", MAIN)
    data = {**main.data, "oauth_servers": {}}
    main = main._replace(data=data, invalid=frozenset({"/oauth_servers/crm"}))
    feature = document("branch/M/FEATURE", FEATURE.partition("    oauth_servers")[0])
    targets, findings = merged(main, feature, *chain()[2:])
    assert findings == []
    prod = targets["iam_application/prod"]
    assert (prod.is_valid, prod.is_known("/oauth_servers/crm/scopes"), prod.is_known("/oauth_servers/erp")) == (
        False,
        False,
        True,
    )


def test_catalogue_entry_is_between_defaults_and_layers() -> None:
    entry = document(
        "branch/x/y", "kind: provider\noauth_server: {require_pkce: false, authorization_endpoint: https://p/a}\n"
    )
    with_provider = MAIN.replace("client_id: main", "client_id: main\n        provider: p")
    main = merged(document("branch/M/MAIN", with_provider), p=entry)[0]["branch/M/MAIN"]
    assert main.servers["crm"]["authorization_endpoint"] == "https://p/a"
    assert main.settings["/oauth_servers/crm/authorization_endpoint"].origin.layer == "provider/p"
    pkce = main.settings["/oauth_servers/crm/require_pkce"]
    assert (pkce.origin.layer, [origin.layer for origin in pkce.replaced]) == ("provider/p", ["default"])
    assert main.settings["/oauth_servers/crm/scopes"].origin.layer == "branch/M/MAIN"


def test_changed_base_value_changes_only_inheriting_targets() -> None:
    before = merged(*chain())[0]
    after = merged(document("branch/M/MAIN", MAIN.replace("client_id: main", "client_id: changed")), *chain()[1:])[0]
    changed = {target for target in before if before[target].data != after[target].data}
    assert changed == {"branch/M/MAIN", "runtime_configuration/M/MAIN/dev"}


def test_secret_references_override_like_other_values() -> None:
    secret = f"""
        kind: secrets
        for: {CIPHERTEXT}
        oauth_servers:
          crm:
            client_secret: {CIPHERTEXT}
            send_only_to: {CIPHERTEXT}
        sops: {{version: 3.11.0}}
        """
    own = document(
        "iam_application/prod", secret.replace(f"            send_only_to: {CIPHERTEXT}\n", ""), secrets=True
    )
    targets, findings = merged(*chain(), document("branch/M/MAIN", secret, secrets=True), own)
    assert findings == []
    dev = targets["runtime_configuration/M/MAIN/dev"].servers["crm"]["client_secret"]
    prod = targets["iam_application/prod"].servers["crm"]["client_secret"]
    pointer = "/oauth_servers/crm/client_secret"
    assert dev == SecretReference("encrypted", "configs/branches/M/MAIN.secrets.yaml", pointer, pinned=True)
    assert prod == SecretReference("encrypted", "configs/iam_applications/prod.secrets.yaml", pointer, pinned=False)
    assert CIPHERTEXT not in repr(targets)


def test_environment_secret_is_a_reference_by_name() -> None:
    text = MAIN.replace("client_id: main", "client_id: main\n        client_secret: {from_env: CRM_SECRET}")
    main = merged(document("branch/M/MAIN", text))[0]["branch/M/MAIN"]
    reference = main.servers["crm"]["client_secret"]
    assert (reference.state, reference.name) == ("from_env", "CRM_SECRET")


WRONG = {
    "unknown server": (
        ("iam_application/prod", PROD.replace("crm:", "crn:")),
        'OG302 configs/iam_applications/prod.yaml:9:3 did you mean "crm"?',
    ),
    "unknown branch of a runtime configuration": (
        ("runtime_configuration/M/MIAN/dev", DEV.replace("MAIN", "MIAN")),
        "OG302 configs/runtime_configurations/M/MIAN/dev.yaml:4:9 did you mean MAIN?",
    ),
    "unknown model": (
        ("iam_application/prod", PROD.replace("model: M", "model: N")),
        "OG302 configs/iam_applications/prod.yaml:4:8 branch FEATURE of model N, which does not exist",
    ),
    "unknown model with a slash": (
        ("iam_application/prod", PROD.replace("model: M", "model: M/")),
        "OG302 configs/iam_applications/prod.yaml:4:8 branch FEATURE of model M/, which does not exist",
    ),
    "unknown origin": (
        ("branch/M/FEATURE", FEATURE.replace("origin: MAIN", "origin: TRUNK")),
        "OG308 configs/branches/M/FEATURE.yaml:5:9 TRUNK",
    ),
    "server set to null": (
        ("iam_application/prod", PROD.partition("      crm:")[0] + "      crm: null\n"),
        "OG310 configs/iam_applications/prod.yaml:9:3 crm is set to null as a whole",
    ),
}


@pytest.mark.parametrize(("changed", "expected"), WRONG.values(), ids=WRONG)
def test_mistakes_in_layers_are_located(changed: tuple[str, str], expected: str) -> None:
    layer, text = changed
    others = [one for one in chain() if one.layer != layer]
    _, findings = merged(*others, document(layer, text))
    code, place, words = expected.split(" ", 2)
    assert len(findings) == 1, findings
    found = findings[0]
    assert (found.code, f"{found.location.file}:{found.location.line}:{found.location.column}") == (code, place)
    assert words in found.message
    assert found.remedy


def test_origin_cycle_is_found_once_and_not_merged() -> None:
    main = document("branch/M/MAIN", MAIN.replace("branch: MAIN", "branch: MAIN\n    origin: FEATURE"))
    targets, findings = merged(main, *chain()[1:])
    assert targets == {}
    assert [(found.code, found.location.file, found.location.line) for found in findings] == [
        ("OG309", "configs/branches/M/MAIN.yaml", 5),
    ]
    assert [each.location.file for each in findings[0].related] == ["configs/branches/M/FEATURE.yaml"]


def test_long_origin_cycle_does_not_hang() -> None:
    branches = [
        document(f"branch/M/B{n}", f"kind: branch\nmodel: M\nbranch: B{n}\norigin: B{1 if n == 4 else n + 1}\n")
        for n in range(5)
    ]
    targets, findings = merged(*branches)
    assert targets == {}
    (finding,) = findings
    places = [finding.location, *(each.location for each in finding.related)]
    assert sorted(place.file for place in places) == [f"configs/branches/M/B{n}.yaml" for n in range(1, 5)]


def test_secrets_file_without_a_layer_is_found() -> None:
    text = f"kind: secrets\nfor: {CIPHERTEXT}\noauth_servers: {{}}\nsops: {{}}\n"
    _, findings = merged(*chain(), document("iam_application/gone", text, secrets=True))
    assert [(found.code, found.location.file) for found in findings] == [
        ("OG520", "configs/iam_applications/gone.secrets.yaml")
    ]


def test_branch_is_merged_once_for_all_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def counted(below: Fold, layer: Layer) -> Fold:
        folded.append(layer.name)
        return fold_layer(below, layer)

    monkeypatch.setattr("oauthgit.merge.fold_layer", counted)
    merged(*chain())
    assert folded.count("branch/M/MAIN") == 1


GONE = object()
RFC_7396_APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, GONE),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "expected"), RFC_7396_APPENDIX_A)
def test_appendix_of_rfc_7396_holds(target: Any, patch: Any, expected: Any) -> None:
    """Each case as a member, because a layer is always a mapping; a null as a whole then removes the member."""
    result = fold_layer(Fold({"member": target}, {}, {}), Layer("patch", {"member": patch}))
    assert result.data == ({} if expected is GONE else {"member": expected})
    assert Fold({}, {}, {}) == EMPTY


def test_layered_mappings_give_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved() -> list[tuple[Any, ...]]:
        targets = load(REPOSITORY).resolve().targets
        return [
            (each.target, each.data, dict(each.settings), dict(each.definitions), dict(each.resets)) for each in targets
        ]

    plain = resolved()
    for module in ("model.layered", "merge"):
        monkeypatch.setattr(f"oauthgit.{module}.MANY", 1)
    assert resolved() == plain
