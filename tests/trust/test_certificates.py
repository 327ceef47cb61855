"""Replaced certificates under the same name are reported against the base, like any other trust setting."""

import json
from pathlib import Path

import pytest

from support.cli import Program
from support.git import committed, edit

POLICY = "configs/oauthgit.yaml"
OURS, THEIRS = (f"-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n" for name in ("AAAA", "BBBB"))


def name_authority(root: Path, file: str) -> None:
    edit(root, POLICY, "kind: policy\n", f"kind: policy\nca_file: {json.dumps(file)}\n")


def loosened(program: Program) -> list[str]:
    result = program("validate", "--base", "HEAD", "--format", "json")
    return [
        f"{each['location']['pointer']} {each['message']}"
        for each in json.loads(result.out)["findings"]
        if each["code"] == "OG707"
    ]


@pytest.mark.parametrize("folder", ["", "configs"], ids=["relative", "absolute"])
def test_replaced_certificates_are_reported(folder: str, sample: Path, program: Program) -> None:
    pem = sample / "configs/ca.pem"
    pem.write_text(OURS)
    name_authority(sample, str(sample / folder / "ca.pem") if folder else "ca.pem")
    committed(sample)
    assert loosened(program) == []
    pem.write_text(THEIRS)
    [found] = loosened(program)
    assert found.startswith("/ca_file ca_file still names ")
    assert found.endswith("but its content differs from HEAD")
    pem.unlink()
    assert loosened(program) == []


def test_symlink_to_other_certificates_is_reported(sample: Path, program: Program) -> None:
    for name, text in (("ours", OURS), ("theirs", THEIRS)):
        (sample / name).mkdir()
        (sample / name / "ca.pem").write_text(text)
    (sample / "ca").symlink_to("ours")
    name_authority(sample, "../ca/ca.pem")
    committed(sample)
    assert loosened(program) == []
    (sample / "ca").unlink()
    (sample / "ca").symlink_to("theirs")
    assert len(loosened(program)) == 1


def test_certificates_outside_of_the_repository_are_ignored(sample: Path, program: Program) -> None:
    pem = sample.parent / "ca.pem"
    pem.write_text(OURS)
    name_authority(sample, str(pem))
    committed(sample)
    pem.write_text(THEIRS)
    assert loosened(program) == []
