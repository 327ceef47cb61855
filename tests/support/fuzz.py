"""A fuzzer of everything between bytes and reports: parse, validate, merge, lint, triage, render.

    python tests/support/fuzz.py [--minutes 10] [--seed 1] [--readings]

It mutates the sample configs and the inputs of support/yaml_inputs.py. It stops at the first exception, at a rule that
crashed, at a text that acts on a terminal or a CI runner, and if one round takes longer than its limit.

With --readings it generates the texts of support/yaml_equivalence.py instead. It stops if the fast parser accepts a text
that the full parser reads differently.
"""

import argparse
import random
import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from oauthgit.discover import discover
from oauthgit.model.project import Project
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline import report_of
from oauthgit.pipeline.check import check
from oauthgit.report import json, junit, text
from support.paths import REPOSITORY
from support.safe_for_ci import assert_inert
from support.yaml_equivalence import is_read_equally, random_file
from support.yaml_inputs import INPUTS

SECONDS = 3.0
"""Processor seconds that one round may take; most take a hundredth of it."""
TOKENS = [
    *(
        "\t",
        "\n",
        "\r\n",
        " ",
        "  ",
        ":",
        ": ",
        "- ",
        "? ",
        "|",
        ">",
        "#",
        " # ",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a ",
        "*a",
    ),
    *(
        "!!str ",
        "!x ",
        "<<: ",
        "%YAML 1.1\n---\n",
        "---\n",
        "...\n",
        "null",
        "~",
        "true",
        "no",
        "0o7",
        "1e9",
        "\ufeff",
        "\x00",
    ),
    *(
        "\x85",
        "\u2028",
        "\u202e",
        "\x1b[31m",
        "::error::x\n",
        "##vso[x]",
        "🔑",
        "\udcff",
        "ENC[AES256_GCM,data:",
        "sops:",
        "$ref",
    ),
    *(
        "client_secret: x\n",
        "oauth_servers: ",
        "origin: MAIN\n",
        "provider: zoho\n",
        "http://",
        "https://[::1]:0/",
        "@",
        "%41",
        "\\",
    ),
]


class Round(NamedTuple):
    """A mutated workspace, and the mutations."""

    workspace: Workspace
    how: str


def mutate(source: random.Random, base: Workspace) -> Round:
    """Return ``base`` with one to three mutated files."""
    files = list(base.files)
    how = []
    for _ in range(source.randint(1, 3)):
        number = source.randrange(len(files))
        content = files[number].content
        if source.random() < 0.2:
            content = source.choice(list(INPUTS.values())).encode("utf-8", "surrogatepass")
        for _ in range(source.randint(0, 6)):
            content = _mutated(source, content, files[source.randrange(len(files))].content)
        files[number] = files[number]._replace(content=content[: 256 * 1024])
        how.append(files[number].path)
    return Round(base._replace(files=tuple(files)), ", ".join(how))


def _mutated(source: random.Random, content: bytes, other: bytes) -> bytes:
    at = source.randint(0, len(content))
    to = min(len(content), at + source.choice((1, 1, 2, 8, 40)))
    token = source.choice(TOKENS).encode("utf-8", "surrogatepass")
    start = source.randint(0, len(other))
    return source.choice(
        (
            content[:at] + token + content[at:],
            content[:at] + token + content[to:],
            content[:at] + content[to:],
            content[:to] + content[at:to] * source.randint(1, 30) + content[to:],
            content[:at] + bytes([source.randrange(256)]) + content[to:],
            content[:at] + other[start : start + 200] + content[at:],
            content[:at],
            content.replace(b"\n", source.choice((b"\r\n", b"\r", b"\n\n", b" \n")), source.randint(1, 20)),
        )
    )


def run(given: Round) -> Project:
    """Take a workspace through all stages and every format; raise AssertionError on any mistake."""
    began = time.process_time()
    project = check(given.workspace, [], today="2026-11-24")
    broken = [finding.message for finding in project.findings if finding.code == "OG002"]
    assert broken == [], broken
    report = report_of(project, targets=project.resolve().targets)
    for render in (text.render, json.render, junit.render):
        assert_inert(render(report))
    took = time.process_time() - began
    assert took < SECONDS, f"{took:.1f} s"
    return project


def compare_parsers(end: float, seed: int) -> None:
    """Generate texts until ``end``; raise AssertionError if the parsers disagree, and print seed and bytes."""
    rounds = taken = 0
    while time.monotonic() < end:
        file = random_file(random.Random(seed + rounds))  # noqa: S311 - chance, not secrecy
        try:
            taken += is_read_equally(file, pure=rounds % 4 == 0)
        except BaseException:
            sys.stderr.write(f"seed {seed + rounds} broke it: {file.kind.value}, {file.content!r}\n")
            raise
        rounds += 1
    sys.stdout.write(f"{rounds} texts, {taken} read the short way: all alike\n")


def main() -> None:
    """Fuzz for some minutes, or until a failure, whose seed is printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--readings", action="store_true", help="read texts in two ways")
    options = parser.parse_args()
    end = time.monotonic() + options.minutes * 60
    if options.readings:
        compare_parsers(end, options.seed)
        return
    base, _ = discover(REPOSITORY)
    seed = options.seed
    slowest = 0.0
    while time.monotonic() < end:
        began = time.process_time()
        given = mutate(random.Random(seed), base)  # noqa: S311 - chance, not secrecy
        try:
            run(given)
        except BaseException:
            sys.stderr.write(f"seed {seed} broke it ({given.how})\n")
            raise
        slowest = max(slowest, time.process_time() - began)
        seed += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{seed - options.seed} rounds, the slowest {slowest:.2f} s, peak {peak:.0f} MiB: nothing broke\n")


if __name__ == "__main__":
    main()
