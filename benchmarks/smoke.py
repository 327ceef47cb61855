"""Measure the probes of many clients as a ratio to the time that concurrency allows.

    python benchmarks/smoke.py [--clients 500] [--milliseconds 100] [--tls] [--hang 1] [--curl]

A second process serves token endpoints that answer after a delay, on enough ports that the limit per host has no effect.
The probes run in this process, on loopback only. With ``--curl``, ``curl --parallel`` sends one request to each of the same
endpoints in turn, without judging the answer.
"""

import argparse
import asyncio
import json
import os
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

PER_HOST = 4
BODY = b'{"access_token":"t","token_type":"Bearer","expires_in":60,"scope":"api.read"}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


class TokenEndpoint(asyncio.Protocol):
    """Answer each complete request with a token, after ``seconds``; never if negative."""

    seconds = 0.1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start reading."""
        self._transport = transport
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        """Answer when the request is complete."""
        self._heard += data
        head, _, body = self._heard.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        if len(body) >= length and self.seconds >= 0:
            asyncio.get_running_loop().call_later(self.seconds, self._answer)

    def _answer(self) -> None:
        if isinstance(self._transport, asyncio.Transport) and not self._transport.is_closing():
            self._transport.write(ANSWER)
            self._transport.close()


async def serve(ports: int, seconds: float, certificate: str | None) -> None:
    """Serve on ``ports`` free ports until standard input ends, and print them."""
    TokenEndpoint.seconds = seconds
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(TokenEndpoint, "127.0.0.1", 0, backlog=512, ssl=tls) for _ in range(ports)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def started(ports: int, seconds: float, certificate: str) -> "subprocess.Popen[str]":
    """Start a process that serves ``ports`` ports."""
    command = [sys.executable, __file__, "--serve", str(ports), str(seconds), certificate]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def measured(
    options: argparse.Namespace, concurrency: int, ports: list[int], hanging: list[int], ca_file: str | None
) -> float:
    """Return the seconds that the probes of all clients take."""
    from oauthgit.model.verdict import Outcome
    from oauthgit.probe import make_plan, run
    from support.run_smoke import LOOPBACK, server, settings, vault

    scheme, host = ("https", "localhost") if options.tls else ("http", "127.0.0.1")
    urls = [f"{scheme}://{host}:{ports[number % len(ports)]}/token" for number in range(options.clients)]
    stuck = [f"{scheme}://{host}:{port}/token" for port in hanging]
    servers = [server(url, client_id=f"client-{number}") for number, url in enumerate((*urls, *stuck))]
    target = settings(*servers)
    planned = make_plan([target], vault(*urls, *stuck), {})
    limits = LOOPBACK._replace(concurrency=concurrency, per_host=PER_HOST, timeout=2, ca_file=ca_file)
    began = time.perf_counter()

    def listen(_: object) -> None:
        heard.append(time.perf_counter() - began)

    heard: list[float] = []
    proved = run(planned, [target], limits, listen=listen)
    accepted = sum(verdict.outcome is Outcome.ACCEPTED for verdict in proved.verdicts)
    assert accepted == options.clients, f"only {accepted} of {options.clients} were accepted"
    return float(sorted(heard)[options.clients - 1])


def curled(options: argparse.Namespace, concurrency: int, ports: list[int], ca_file: str, folder: str) -> float:
    """Return the seconds that curl takes to send one request for each client.

    Each request has its own connection; the start of curl is included.
    """
    scheme, host = ("https", "localhost") if options.tls else ("http", "127.0.0.1")
    lines = [
        f'url = "{scheme}://{host}:{ports[number % len(ports)]}/token?client={number}"\noutput = "{os.devnull}"\n'
        for number in range(options.clients)
    ]
    file = Path(folder, "curl.txt")
    file.write_text(f'cacert = "{ca_file}"\ndata = "grant_type=client_credentials"\n{"".join(lines)}')
    command = (
        "curl",
        "--silent",
        "--no-progress-meter",
        "--fail",
        "--parallel",
        "--parallel-immediate",
        "--parallel-max",
        str(concurrency),
    )
    began = time.perf_counter()
    subprocess.run((*command, "--config", file), check=True)
    return time.perf_counter() - began


def row(
    options: argparse.Namespace, concurrency: int, ports: tuple[list[int], list[int]], ca_file: str, folder: str
) -> dict[str, float]:
    """Return the measurements of one concurrency, oauthgit and curl in turn."""
    ours, theirs = [], []
    for _ in range(options.runs):
        ours.append(measured(options, concurrency, *ports, ca_file if options.tls else None))
        if options.curl:
            theirs.append(curled(options, concurrency, ports[0], ca_file, folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ideal = -(-options.clients // concurrency) * options.milliseconds / 1000
    found = {"concurrency": concurrency, "ideal": ideal, "seconds": statistics.median(ours), "mebibytes": peak}
    return found | ({"curl": statistics.median(theirs)} if theirs else {})


def show(options: argparse.Namespace, rows: list[dict[str, float]]) -> None:
    """Print a line with times and ratios for each concurrency."""
    if options.json:
        print(json.dumps(rows))
        return
    tls = ", TLS" if options.tls else ""
    print(f"{options.clients} clients, {options.milliseconds} ms{tls}, {options.hang} hanging servers")
    print("concurrency   ideal s   median s   ratio   peak MiB   curl s   ratio")
    for each in rows:
        took, curl = each["seconds"], each.get("curl")
        beside = f"   {curl:6.2f}   {took / curl:5.2f}" if curl else ""
        concurrency, ideal = each["concurrency"], each["ideal"]
        print(f"{concurrency:11}   {ideal:7.2f}   {took:8.2f}   {took / ideal:5.2f}   {each['mebibytes']:8.0f}{beside}")


def main() -> None:
    """Measure, and print a line for each concurrency."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--milliseconds", type=int, default=100)
    parser.add_argument("--concurrency", type=int, nargs="*", default=[32, 64, 128])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--curl", action="store_true", help="measure curl as well")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")
    parser.add_argument("--hang", type=int, default=0, help="number of additional servers that never answer")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        ports, seconds, certificate = options.serve
        asyncio.run(serve(int(ports), float(seconds), certificate or None))
        return
    import trustme

    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        ca_file, certificate = f"{folder}/ca.pem", f"{folder}/server.pem"
        authority.cert_pem.write_to_path(ca_file)
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(certificate)
        seconds = options.milliseconds / 1000
        ports = -(-options.clients // PER_HOST)
        with (
            started(ports, seconds, certificate if options.tls else "") as serving,
            started(max(options.hang, 1), -1, "") as hanging,
        ):
            assert serving.stdout
            assert hanging.stdout
            open_, stuck = json.loads(serving.stdout.readline()), json.loads(hanging.stdout.readline())[: options.hang]
            rows = [row(options, concurrency, (open_, stuck), ca_file, folder) for concurrency in options.concurrency]
            show(options, rows)
            serving.terminate()
            hanging.terminate()


if __name__ == "__main__":
    main()
