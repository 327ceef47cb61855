"""Checks of decrypted secrets, which report without showing the secret."""

from collections.abc import Mapping
from typing import Any

import pytest

from oauthgit.decrypt.secret_checks import check_secrets
from oauthgit.merge import MergeInputs, merge
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.schema import server_settings
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS
from oauthgit.reference.providers import entry
from support.documents import document

CIPHERTEXT = "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]"
STRONG = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ"
UUID = "7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47"


def application(name: str, environment: str, provider: str = "") -> list[Any]:
    text = f"""
        kind: iam_application
        application: {name}
        model: M
        branch: MAIN
        environment: {environment}
        oauth_servers:
          crm: {{client_id: the-client-of-{name}{provider}}}
        """
    secrets = (
        f"kind: secrets\nfor: {CIPHERTEXT}\noauth_servers: {{crm: {{client_secret: '{CIPHERTEXT}'}}}}\nsops: {{}}\n"
    )
    layer = f"iam_application/{name}"
    return [document(layer, text), document(layer, secrets, secrets=True)]


def targets(provider: str = "", more: str = "", catalogue: Mapping[str, Document] | None = None) -> list[Settings]:
    branch = (
        "kind: branch\nmodel: M\nbranch: MAIN\n"
        f"oauth_servers: {{crm: {{token_endpoint: https://crm.example.com/t{more}}}}}\n"
    )
    named = f", provider: {provider}" if provider else ""
    documents = [
        document("branch/M/MAIN", branch),
        *application("prod", "production", named),
        *application("test", "test", named),
    ]
    known = {one.layer: one.file for one in documents if one.kind in LAYERS}
    return merge(documents, MergeInputs({}, {}, server_settings(), catalogue or {}, {}), known)[0]


def vault(**secrets: str) -> Vault:
    return Vault(
        {
            (f"configs/iam_applications/{name}.secrets.yaml", "/oauth_servers/crm/client_secret"): VaultEntry(
                Secret(secret), ()
            )
            for name, secret in secrets.items()
        }
    )


def found(secret: str, provider: str = "") -> list[Finding]:
    return check_secrets(targets(provider), vault(prod=secret))


@pytest.mark.parametrize(
    ("secret", "code", "words"),
    [
        ("changeme", "OG502", "is a placeholder"),
        ("Your-Client-Secret", "OG502", "is a placeholder"),
        ("the-client-of-prod", "OG502", "is the client id"),
        ("k9$Qm2!", "OG502", "has fewer than 10 characters"),
        ("abcdabcdabcdabcdabcdabcd", "OG502", "repeats itself"),
        ("kV3x9Qm2Lr8Tn5W", "OG522", "less than 128 bits"),
        ("0123456789abcdef0123456789abcde", "OG522", "less than 128 bits"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "OG503", "a token of GitHub"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig", "OG503", "a signed token"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "OG503", "a private key"),
        (f"{CIPHERTEXT}", "OG503", "encrypted a second time"),
        ("${CRM_CLIENT_SECRET_FROM_SOMEWHERE}", "OG503", "a reference that is never resolved"),
    ],
)
def test_bad_secret_is_reported_but_not_shown(secret: str, code: str, words: str) -> None:
    (finding,) = found(secret)
    assert finding.code == code
    assert words in finding.message
    assert secret not in repr(finding)
    assert finding.location.file == "configs/iam_applications/prod.secrets.yaml"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (f"{STRONG}\n", "ends with U+000A LINE FEED"),
        (f"{STRONG}\r\n", "ends with U+000A LINE FEED"),
        (f"{STRONG} ", "ends with U+0020 SPACE"),
        (f"\t{STRONG}", "begins with U+0009 CHARACTER TABULATION"),
        (f"\u00a0{STRONG}", "begins with U+00A0 NO-BREAK SPACE"),
        (f"\ufeff{STRONG}", "begins with U+FEFF BYTE ORDER MARK"),
        (f"{STRONG}\u200b", "ends with U+200B ZERO WIDTH SPACE"),
        (f"{STRONG[:9]}\u200d{STRONG[9:]}", "contains U+200D ZERO WIDTH JOINER"),
        (f"{STRONG[:9]}\0{STRONG[9:]}", "contains U+0000 NULL"),
        (f"{STRONG[:9]}\x02{STRONG[9:]}", "contains U+0002 CONTROL CHARACTER"),
        (f'"{STRONG}"', "stands in quotation marks (U+0022 QUOTATION MARK)"),
        (f"'{STRONG}'", "stands in quotation marks (U+0027 APOSTROPHE)"),
        (f"\u201c{STRONG}\u201d", "stands in quotation marks (U+201C LEFT DOUBLE QUOTATION MARK)"),
        (f"{STRONG}\u2019", "ends with U+2019 RIGHT SINGLE QUOTATION MARK"),
        (f"{STRONG[:9]}\u2013{STRONG[9:]}", "contains U+2013 EN DASH"),
        (f"{STRONG[:9]}\u0430{STRONG[9:]}", "contains a letter or digit outside ASCII"),
    ],
)
def test_odd_character_of_a_secret_is_named(secret: str, words: str) -> None:
    (finding,) = found(secret)
    assert (finding.code, finding.message) == ("OG524", f"the secret of crm {words}, which is sent as a part of it")
    assert not any(part in repr(finding) for part in (secret, STRONG, STRONG[:9], STRONG[9:]))


@pytest.mark.parametrize(
    "secret", [STRONG, "0123456789abcdef0123456789abcdea", f"{STRONG}: % + & \"'", f"'{STRONG}", UUID]
)
def test_good_secret_has_no_finding(secret: str) -> None:
    assert found(secret) == []


def test_provider_format_overrides_the_minimum_length() -> None:
    assert found("kV3x9Qm2Lr8Tn5W", "dropbox") == []
    assert [one.code for one in found(UUID, "microsoft_entra")] == ["OG503"]
    assert found("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig", "apple") == []


def test_secret_shared_with_production_is_a_finding() -> None:
    (finding,) = check_secrets(targets(), vault(prod=STRONG, test=STRONG))
    assert finding.code == "OG603"
    assert finding.targets == ("iam_application/prod", "iam_application/test")
    assert finding.related[0].location.file == "configs/iam_applications/test.secrets.yaml"
    assert check_secrets(targets(), vault(prod=STRONG, test=STRONG[::-1])) == []


@pytest.mark.parametrize(
    ("provider", "secret", "expected"),
    [
        ("github", "0123456789abcdef0123456789abcdef01234567", []),
        ("github", "0123456789abcdef0123456789abcdef0123456", ["OG503"]),
        ("google", "GOCSPX-0123456789abcdefghijABCDEFGH", []),
        ("google", "GOCSPX-0123456789abcdefghijABCDEFG", ["OG503"]),
        ("microsoft_entra", "abc8Q~0123456789abcdefghijABCDEFGHIJ0123", []),
        ("box", "changeme", ["OG502"]),
        ("okta", "kV3x9Qm2Lr8Tn5W", []),  # the format is uncertain
        ("keycloak", "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJ", []),  # no provider
    ],
)
def test_secret_is_checked_against_its_provider_format(provider: str, secret: str, expected: list[str]) -> None:
    settings = targets(provider, catalogue={provider: entry(provider)})
    findings = check_secrets(settings, vault(prod=secret))
    assert [one.code for one in findings] == expected
    assert secret not in repr(findings)


@pytest.mark.parametrize("character", [":", "%", "+", "&", "=", " "])
def test_secret_unsafe_in_basic_auth_is_reported_for_basic(character: str) -> None:
    secret = STRONG[:9] + character + STRONG[9:]
    basic = targets(more=", token_endpoint_auth_method: client_secret_basic")
    (finding,) = check_secrets(basic, vault(prod=secret))
    assert finding.code == "OG429"
    assert secret not in repr(finding)
    assert check_secrets(targets(more=", token_endpoint_auth_method: client_secret_post"), vault(prod=secret)) == []
    assert check_secrets(basic, vault(prod=STRONG + "-_.~!/")) == []


def test_secret_of_stripe_belongs_to_one_mode() -> None:
    settings = targets("stripe", catalogue={"stripe": entry("stripe")})
    test, live = (f"sk_{mode}_51H{STRONG}" for mode in ("test", "live"))
    assert check_secrets(settings, vault(prod=live, test=test)) == []
    findings = check_secrets(settings, vault(prod=test, test=live))
    assert [(one.code, one.targets) for one in findings] == [
        ("OG601", ("iam_application/prod",)),
        ("OG601", ("iam_application/test",)),
    ]
    assert "is of Stripe's test mode, and this is production" in findings[0].message
