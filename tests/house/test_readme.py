"""The output shown in the README equals the program's output; ``pytest --update`` rewrites it."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from support.cli import Program
from support.git import committed, git
from support.golden import Golden
from support.paths import REPOSITORY
from support.sops import KEY

README = REPOSITORY / "README.md"
SHOWN = re.compile(r"(?<=```console\n)\$ oauthgit ([^\n]+)\n(.*?)(?=```)", re.DOTALL)


def test_first_block_holds_the_two_main_commands() -> None:
    block = re.search(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert block
    commands = block[1].splitlines()
    assert len(commands) == 2
    assert commands[0].endswith("oauthgit smoke --sandbox")
    assert commands[1].endswith("poe check")


def test_readme_output_equals_real_output(
    sample: Path, tmp_path: Path, program: Program, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    prod = sample / "configs/iam_applications/insights-prod.yaml"
    prod.write_text(
        prod.read_text().replace("    client_id: insights-", "    require_pkc: true\n    client_id: insights-")
    )
    main = sample / "configs/branches/INSIGHTS/MAIN.yaml"
    main.write_text(main.read_text().replace("prompt: consent", "prompt: consents"))
    monkeypatch.setattr("oauthgit.pipeline.check.perf_counter", iter([0, 0.08] * 10).__next__)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    request = _pull_request(tmp_path / "request")

    def printed(shown: re.Match[str]) -> str:
        monkeypatch.chdir(request if shown[1].startswith("diff") else sample)
        return f"$ oauthgit {shown[1]}\n{program(*shlex.split(shown[1])).out}"

    golden(README, SHOWN.sub(printed, README.read_text()))


def _pull_request(root: Path) -> Path:
    """Return a repository with the sample, where a branch gets a method and a host, and production another client."""
    shutil.copytree(README.parent / "configs", root / "configs")
    committed(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    for path, before, after in (
        ("branches/INSIGHTS/MAIN.yaml", "token_endpoint: https://login-dev.", "token_endpoint: https://login-new."),
        ("iam_applications/insights-prod.yaml", "client_id: insights-production", "client_id: insights-live"),
        ("oauthgit.yaml", "trusted_hosts:\n", "trusted_hosts:\n  - login.example.net\n"),
    ):
        file = root / "configs" / path
        file.write_text(file.read_text().replace(before, after))
    return root
