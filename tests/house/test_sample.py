"""The sample's secrets in configs/ can be decrypted with the demo key, and each states its layer."""

import sys
from pathlib import Path

import pytest

from oauthgit.decrypt import decrypt
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind
from oauthgit.parse import parse
from support.paths import REPOSITORY

KINDS = {
    "branches": Kind.BRANCH,
    "runtime_configurations": Kind.RUNTIME_CONFIGURATION,
    "iam_applications": Kind.IAM_APPLICATION,
}
FILES = sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "configs").rglob("*.secrets.yaml"))
KEY = (REPOSITORY / "tests/age-demo-key.txt").read_text()


def secrets_file(path: str) -> File:
    folder, _, rest = path.removeprefix("configs/").removesuffix(".secrets.yaml").partition("/")
    return File(path, Kind.SECRETS, f"{KINDS[folder]}/{rest}", {}, (REPOSITORY / path).read_bytes())


def test_sample_has_secrets_for_every_kind_of_layer() -> None:
    assert {secrets_file(path).layer.partition("/")[0] for path in FILES} == set(KINDS.values())


@pytest.mark.parametrize("path", FILES)
def test_demo_key_decrypts_the_secrets_of_a_layer(path: str) -> None:
    vault, findings = decrypt(
        [(secrets_file(path), parse(secrets_file(path))[0])],
        key_types=("age",),
        root=str(REPOSITORY),
        environment={"PATH": str(Path(sys.executable).parent), "SOPS_AGE_KEY": KEY},
        locate=lambda file, pointer: Location(file, pointer=pointer),
    )
    assert findings == []
    assert vault.entries
    assert all(entry.send_only_to for entry in vault.entries.values())


def test_sample_secrets_are_all_different() -> None:
    vault, _ = decrypt(
        [(secrets_file(path), parse(secrets_file(path))[0]) for path in FILES],
        key_types=("age",),
        root=str(REPOSITORY),
        environment={"PATH": str(Path(sys.executable).parent), "SOPS_AGE_KEY": KEY},
        locate=lambda file, pointer: Location(file, pointer=pointer),
    )
    assert len({entry.secret.reveal() for entry in vault.entries.values()}) == len(vault.entries)


def test_demo_key_file_states_that_it_is_public() -> None:
    assert KEY.startswith("# PUBLIC")
