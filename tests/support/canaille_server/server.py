"""Serve canaille on loopback for the clients given as JSON on standard input, and print the port."""

import datetime
import json
import logging
import socket
import sys
from typing import Any

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"


class Quiet(WSGIRequestHandler):
    """Write nothing: request lines may hold secrets."""

    def log(self, *_: Any) -> None:
        """Write nothing."""


def count_tokens() -> dict[str, int]:
    """Return how many tokens were issued, and how many of them are active."""
    tokens = Backend.instance.query(models.Token)
    return {"issued": len(tokens), "active": sum(token.is_refresh_token_active() for token in tokens)}


def main() -> None:
    """Register the clients and serve until the process is killed."""
    clients = json.loads(sys.stdin.read())
    logging.disable(logging.CRITICAL)
    with socket.create_server((HOST, 0), backlog=256) as listening:
        port = listening.getsockname()[1]
        logs = {"version": 1, "disable_existing_loggers": True}
        config = {
            "SECRET_KEY": "only for tests, on loopback",
            "SERVER_NAME": f"{HOST}:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "LOGGING": logs, "FORCE_HTTPS": False},
            "CANAILLE_OIDC": {"REQUIRE_NONCE": False},
        }
        app = create_app(config)
        app.add_url_rule("/issued", view_func=count_tokens)
        with app.app_context(), Backend.instance.session():
            for client in clients:
                issued = datetime.datetime.now(datetime.UTC)
                made = models.Client(client_name=client["client_id"], client_id_issued_at=issued, **client)
                Backend.instance.save(made)
                made.audience = [made]
                Backend.instance.save(made)
            Backend.instance.save(models.User(user_name="person", family_name="person", password="person"))
        server = make_server(HOST, port, app, threaded=True, request_handler=Quiet, fd=listening.fileno())
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
