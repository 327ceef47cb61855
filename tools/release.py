"""Run a step of a release: ``python tools/release.py STEP``, as .github/workflows/release.yml does.

Only the standard library is needed, and for ``build`` the packages in tools/release-requirements.txt.
"""

import argparse
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
MAIN: Final = "origin/main"
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_RELEASED: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_SECTION: Final = re.compile(r"^## (.+?)(?: - (.+?)(?: \[YANKED\])?)?$", re.MULTILINE)


class ReleaseError(Exception):
    """A release cannot go on; the message says what to do."""


def read_version(repository: Path) -> str:
    """Return the version that the package states."""
    match = _VERSION.search((repository / "oauthgit/__init__.py").read_text(encoding="utf-8"))
    if match is None:
        raise ReleaseError("oauthgit/__init__.py states no version")
    return match[1]


def check_tag(repository: Path, tag: str) -> None:
    """Check that a tag is that of the released version, on main, and in the changelog."""
    version = read_version(repository)
    if not _RELEASED.fullmatch(version):
        raise ReleaseError(
            f"{version} in oauthgit/__init__.py is not a released version such as 0.1.0; "
            "delete the tag, and tag the commit that removes .dev0"
        )
    if tag != f"v{version}":
        raise ReleaseError(
            f"the tag is {tag}, but oauthgit/__init__.py states {version}; delete the tag, and tag v{version}"
        )
    if _git(repository, "merge-base", "--is-ancestor", "HEAD", MAIN).returncode:
        raise ReleaseError(f"the commit of {tag} is not on {MAIN}, where it would have been checked; tag one that is")
    notes_of(repository, version)


def notes_of(repository: Path, version: str) -> str:
    """Return the section of the changelog for a version."""
    sections = read_changelog((repository / "CHANGELOG.md").read_text(encoding="utf-8"))
    day, text = sections.get(version, (None, ""))
    if day is None or not text:
        raise ReleaseError(f"CHANGELOG.md needs a section with content and the title: ## {version} - {date.today()}")
    return text


def read_changelog(text: str) -> Mapping[str, tuple[date | None, str]]:
    """Return the day and the text of every section by its version."""
    titles = list(_SECTION.finditer(text))
    ends = [*(title.start() for title in titles[1:]), len(text)]
    return {
        title[1]: (_parse_day(title[2]), text[title.end() : end].strip())
        for title, end in zip(titles, ends, strict=True)
    }


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def build(repository: Path, out: Path) -> None:
    """Build sdist and wheel of the commit twice, and keep them if their bytes are equal.

    The second build differs in folder, modes and times of files, and umask.
    """
    time = _git(repository, "log", "-1", "--format=%ct").stdout.decode().strip()
    archive = _git(repository, "archive", "HEAD").stdout
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "one"), Path(folder, "another/with a longer name")
        for source in (one, two):
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                if hasattr(tarfile, "data_filter"):  # not before Python 3.11.4
                    files.extraction_filter = tarfile.data_filter
                files.extractall(source)  # noqa: S202 - git wrote it
        for path in two.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.utime(path, (0, 1_000_000_000))
        _build_once(one, time, 0o022)
        _build_once(two, time, 0o077)
        compare(one / "dist", two / "dist")
        shutil.copytree(one / "dist", out)


def _build_once(source: Path, time: str, umask: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist", "."],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": time},
        umask=umask,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def compare(one: Path, two: Path) -> None:
    """Print the digests of the files in a folder; those in another one must be equal."""
    digests, others = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
        for folder in (one, two)
    )
    for name, digest in digests.items():
        print(f"{digest}  {name}")
    if digests != others or not digests:
        raise ReleaseError(
            f"two builds of one commit differ, so nobody could check the release: {digests} and {others}"
        )


def install(file: Path, folder: Path) -> Path:
    """Install a distribution into a new environment, and return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, "-I", "-m", "pip", "install", "--quiet", str(file.resolve())], check=True)
    return python


def check_installed(python: Path, repository: Path, version: str) -> None:
    """Check that an installed oauthgit states its version and finds the sample in order."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(repository / "configs", Path(folder, "configs"))
        shutil.copy(repository / ".sops.yaml", folder)
        for arguments, expected in ((["--version"], f"oauthgit {version}"), (["validate"], "nothing found")):
            done = subprocess.run(
                [python.absolute(), "-I", "-m", "oauthgit", *arguments],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            print(done.stdout + done.stderr, end="")
            if done.returncode or expected not in done.stdout:
                raise ReleaseError(f"oauthgit {' '.join(arguments)} must exit 0 and print {expected!r}")


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    check = arguments[0] != "merge-base"
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=check)


def main(argv: list[str]) -> int:
    """Run a step; return 1 with a message if the release must not go on."""
    parser = argparse.ArgumentParser(prog="release", description="Run a step of a release.")
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("check-tag", help="Compare a tag with the version.").add_argument("tag")
    steps.add_parser("notes", help="Print the section of the changelog.")
    steps.add_parser("build", help="Build twice and compare.").add_argument("out", type=Path)
    trial = steps.add_parser("try", help="Install the one file of a pattern into a new environment, and run it.")
    trial.add_argument("pattern")
    trial.add_argument("environment", type=Path)
    given = parser.parse_args(argv)
    try:
        if given.step == "check-tag":
            check_tag(REPOSITORY, given.tag)
        elif given.step == "notes":
            print(notes_of(REPOSITORY, read_version(REPOSITORY)))
        elif given.step == "build":
            build(REPOSITORY, given.out)
        else:
            (file,) = Path().glob(given.pattern)
            check_installed(install(file, given.environment), REPOSITORY, read_version(REPOSITORY))
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
