"""A real Neovim, configured as docs/editors.md shows: type, see, fix, hover, jump."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from support.paths import REPOSITORY

pytestmark = pytest.mark.no_cover

PRODUCTION = "configs/iam_applications/insights-prod.yaml"
BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"


def test_neovim_shows_fixes_and_follows_a_mistake(sample: Path, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs/editors.md").read_text(encoding="utf-8")
    (setting,) = re.findall(r"```lua\n(.*?)```", text, re.DOTALL)
    shutil.copy(REPOSITORY / "tests/lsp/neovim.lua", tmp_path / "steps.lua")
    (tmp_path / "init.lua").write_text(setting, encoding="utf-8")
    programs = Path(sysconfig.get_path("scripts"))
    environment = {
        "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.defpath)),
        "HOME": str(tmp_path / "home"),
        "OUT": str(tmp_path / "seen.json"),
        "FILE": str(sample / PRODUCTION),
        "LANG": "C.UTF-8",
    }
    options = ["--headless", "--clean", "-n", "-i", "NONE", "-u", str(tmp_path / "init.lua")]
    command = [str(programs / "nvim"), *options, "-c", f"luafile {tmp_path / 'steps.lua'}"]
    done = subprocess.run(
        command, cwd=sample, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    seen = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert "problem" not in seen, (seen, done.stderr)
    assert "failed" not in seen, (seen, done.stderr)
    assert seen["encoding"] == "utf-8"
    assert seen["found"] == '"true"', "its column counts the bytes of é and the emoji"
    assert seen["severity"] == 1
    assert seen["fixed"].strip() == 'user_login: {prompt: "é😀", request_refresh_token: true}'
    assert "`insights-production` from this file: `iam_application/insights-prod`" in seen["hover"]
    assert seen["jumped"] == str(sample / BRANCH)
    assert seen["line"].strip() == "client_id: insights-development"
    assert seen["hint"].startswith("overridden in ")
    assert "request_refresh_token" not in (sample / PRODUCTION).read_text(encoding="utf-8"), "nothing was written"
