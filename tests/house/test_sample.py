"""The sample's secrets in configs/ can be decrypted with the demo key, and each states its layer."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from oauthgit.decrypt import decrypt
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.secret import Vault
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


@pytest.fixture(scope="module")
def opened() -> tuple[Vault, Sequence[Finding]]:
    """Decrypt all secrets of the sample."""
    return decrypt(
        [(secrets_file(path), parse(secrets_file(path))[0]) for path in FILES],
        key_types=("age",),
        root=str(REPOSITORY),
        environment={"PATH": str(Path(sys.executable).parent), "SOPS_AGE_KEY": KEY},
        locate=lambda file, pointer: Location(file, pointer=pointer),
    )


@pytest.mark.parametrize("path", FILES)
def test_demo_key_decrypts_the_secrets_of_a_layer(path: str, opened: tuple[Vault, Sequence[Finding]]) -> None:
    vault, findings = opened
    assert findings == []
    own = [entry for (file, _), entry in vault.entries.items() if file == secrets_file(path).path]
    assert own
    assert all(entry.send_only_to for entry in own)


def test_sample_secrets_are_all_different(opened: tuple[Vault, Sequence[Finding]]) -> None:
    vault, _ = opened
    assert len({entry.secret.reveal() for entry in vault.entries.values()}) == len(vault.entries)


def test_demo_key_file_states_that_it_is_public() -> None:
    assert KEY.startswith("# PUBLIC")
