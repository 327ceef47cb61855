"""A Vault of invented keys on loopback, which records its requests."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple


class Request(NamedTuple):
    path: str
    token: str | None


class Vault(NamedTuple):
    """Its address, the URI of its key, and the received requests."""

    address: str
    key: str
    requests: list[Request]


@contextmanager
def running_vault() -> Iterator[Vault]:
    """Yield a Vault whose ciphertext is base64, so that it can decrypt what it encrypted."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(Request(self.path, self.headers.get("X-Vault-Token")))
            if "/encrypt/" in self.path:
                answer = {"ciphertext": f"vault:v1:{data['plaintext']}"}
            else:
                answer = {"plaintext": base64.b64encode(base64.b64decode(data["ciphertext"].split(":")[2])).decode()}
            content = json.dumps({"data": answer}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT  # noqa: N815 - the name of the method

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Vault(address, f"{address}/v1/transit/keys/first", requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
