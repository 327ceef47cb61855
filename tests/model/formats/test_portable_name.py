"""Names that Windows cannot have, by its documentation, and similar ones that it can."""

import pytest

from oauthgit.model.formats.portable_name import why_unportable


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("configs/iam_applications/aux.yaml", "aux is the name of a device"),
        ("configs/iam_applications/CON.secrets.yaml", "CON is the name"),
        ("configs/branches/Nul/MAIN.yaml", "Nul is the name"),
        ("configs/branches/M/prn", "prn is the name"),
        ("configs/branches/M/com1.yaml", "com1 is the name"),
        ("configs/branches/M/LPT9.yaml", "LPT9 is the name"),
        ("configs/branches/M/aux .yaml", "aux is the name"),
        ("configs/branches/M./MAIN.yaml", "does not end with a dot"),
        ("configs/branches/M /MAIN.yaml", "does not end with a blank"),
        ("configs/branches/M/MAIN.yaml.", "does not end with a dot"),
        ("configs/branches/M/MAIN.yaml ", "does not end with a blank"),
        ("configs/branches/M/a:b.txt", "does not contain U+003A"),
        ('configs/branches/M/"a".txt', "does not contain U+0022"),
        ("configs/branches/M/a?.txt", "does not contain U+003F"),
        ("configs/branches/M/a\\b.txt", "does not contain U+005C"),
        ("configs/branches/M/a\nb.txt", "does not contain U+000A"),
        ("configs/a|b/MAIN.txt", "does not contain U+007C"),
    ],
)
def test_name_that_windows_refuses_has_its_reason(path: str, words: str) -> None:
    assert words in why_unportable(path)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "auxiliary",
            "console",
            "com",
            "com10",
            "lpt",
            "lpt10",
            "nullable",
            "my-aux",
            "aux-prod",
            "con1",
            "prod.con",
            "a.aux",
        ),
        *("insights prod", "a.b", "user@acme", "_x", ".hidden", "MAIN", "RELEASE_2027_1", "v1.2.3", "é", "客户端"),
    ],
)
def test_similar_name_is_portable(name: str) -> None:
    assert why_unportable(f"configs/iam_applications/{name}.yaml") == ""
    assert why_unportable(f"configs/branches/{name}/MAIN.yaml") == ""
