import pytest

from oauthgit.model.formats.forge import forge_of

COMMIT = "c" * 40
AZURE = "https://dev.azure.com/acme/one%20team/_git/settings"
LINK = f"blob/{COMMIT}/configs/a%20b.yaml#L7"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/acme/settings.git", f"https://github.com/acme/settings/{LINK}"),
        ("https://x-access-token:secret@GitHub.com/acme/settings", f"https://github.com/acme/settings/{LINK}"),
        ("https://gitlab.com/acme/team/settings.git", f"https://gitlab.com/acme/team/settings/-/{LINK}"),
        (
            "https://bitbucket.org/acme/settings/",
            f"https://bitbucket.org/acme/settings/src/{COMMIT}/configs/a%20b.yaml#lines-7",
        ),
        (
            "https://codeberg.org/acme/settings",
            f"https://codeberg.org/acme/settings/src/commit/{COMMIT}/configs/a%20b.yaml#L7",
        ),
        (
            AZURE.replace("//", "//acme@"),
            f"{AZURE}?path=/configs/a%20b.yaml&version=GC{COMMIT}&line=7&lineEnd=7&lineStartColumn=1&lineEndColumn=999",
        ),
    ],
)
def test_file_on_a_known_forge_has_a_link(url: str, link: str) -> None:
    forge = forge_of(url)
    assert forge is not None
    assert forge.file_url(COMMIT, "configs/a b.yaml", 7) == link
    assert "secret" not in forge.commit_url(COMMIT)


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/acme/settings",
        "git@github.com:acme/settings.git",
        "ssh://git@github.com/acme/settings.git",
        "https://github.com.evil.example/acme/settings",
        "https://github.com@evil.example/acme/settings",
        "https://evil.example/github.com/acme",
        "https://github.com/acme/../settings",
        'https://github.com/acme/sett"ings',
        "https://github.com/acme/settings?x=1",
        "https://github.com:8443/acme/settings",
        "https://github.com/acme",
        "javascript:alert(1)//github.com/a/b",
        "/srv/git/settings",
        "",
    ],
)
def test_other_remotes_have_no_link(url: str) -> None:
    assert forge_of(url) is None
