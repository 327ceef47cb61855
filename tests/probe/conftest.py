"""Real servers for the probes: oidc-provider as a child process, certificates for the scripted one."""

import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import trustme

HERE = Path(__file__).parent / "oidc_provider"
HARD_SECRET = ": % + & space = / ' \" \\ ~"
LOOKS_ENCODED = "c2Vj%41cmV0+/=="


def _service(client_id: str, secret: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        "scope": "api.read",
        "token_endpoint_auth_method": "client_secret_basic",
    }


CLIENTS = [
    _service("A", "secret-of-a"),
    _service("D", HARD_SECRET),
    _service("E", LOOKS_ENCODED),
    {
        "client_id": "C",
        "client_secret": "secret-of-c",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["http://localhost/oauth-callback"],
        "application_type": "native",
        "scope": "openid api.read offline_access",
    },
]


def _installed(cache: Path) -> Path:
    """Install the packages of the lock file once, outside this tree, and return the folder with the server's script."""
    names = ("package.json", "package-lock.json", ".npmrc", "server.mjs")
    contents = [(HERE / name).read_bytes() for name in names]
    folder = cache / hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=cache))
        for name, content in zip(names, contents, strict=True):
            (fresh / name).write_bytes(content)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=fresh, check=True, timeout=150)
        try:
            fresh.rename(folder)
        except OSError:  # another test run was faster
            shutil.rmtree(fresh)
    return folder


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[str]:
    """Serve oidc-provider on loopback and return its base URL."""
    folder = _installed(Path.home() / ".cache" / "oauthgit-tests")
    with subprocess.Popen(
        ["node", "server.mjs"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        late = threading.Timer(30, process.kill)
        late.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(CLIENTS))
            process.stdin.close()
            port = process.stdout.readline().strip()
            late.cancel()
            assert port, "oidc-provider did not start within 30 seconds; node 20 or newer is needed"
            yield f"http://127.0.0.1:{port}"
        finally:
            late.cancel()
            process.kill()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Make a certificate authority of our own."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of our authority's certificate, to be used as ``ca_file``."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)
