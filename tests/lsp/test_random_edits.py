"""Random edits: after any sequence, the diagnostics are those of ``validate`` on the same text."""

import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from oauthgit.lsp.session import Session
from oauthgit.lsp.view import View
from oauthgit.model.finding import Finding
from oauthgit.pipeline import load
from support.editor import Editor
from support.paths import REPOSITORY

FILES = (
    "configs/branches/INSIGHTS/MAIN.yaml",
    "configs/branches/INSIGHTS/FEATURE_TAX.yaml",
    "configs/iam_applications/insights-prod.yaml",
    "configs/iam_applications/insights-new.yaml",
    "configs/runtime_configurations/INSIGHTS/MAIN/dev.yaml",
    "configs/iam_applications/insights-prod.secrets.yaml",
    "configs/oauthgit.yaml",
    ".sops.yaml",
)
WORDS = (
    "MAIN",
    "hub",
    "client_id",
    "x",
    ": ",
    "\n",
    "  ",
    "#",
    "é",
    "😀",
    "\r",
    "{",
    "null",
    "OG301",
    "insights-production",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two copies of the sample: one for the editor, one for ``validate``."""
    folder = tmp_path_factory.mktemp("edited")
    for name in ("edited", "saved"):
        shutil.copytree(REPOSITORY / "configs", folder / name / "configs")
        shutil.copy(REPOSITORY / ".sops.yaml", folder / name)
    return folder


def edits(texts: dict[str, str], chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield files with their new texts: words typed, lines removed, moved and taken from other files."""
    for _ in range(count):
        path = chance.choice([*texts])
        lines = texts[path].split("\n")
        number, other = chance.randrange(len(lines)), chance.choice(texts[chance.choice([*texts])].split("\n"))
        kind = chance.randrange(5)
        if kind == 0:
            at = chance.randint(0, len(lines[number]))
            lines[number] = lines[number][:at] + chance.choice(WORDS) + lines[number][at:]
        elif kind == 1:
            del lines[number]
        elif kind == 2:
            lines[number] = other
        elif kind == 3:
            lines.insert(number, other)
        else:
            lines = "\n".join(lines).replace(chance.choice(WORDS), chance.choice(WORDS), 1).split("\n")
        texts[path] = "\n".join(lines)
        yield path, texts[path]


def key(findings: Sequence[Finding]) -> list[object]:
    return [each._replace(fix=None) for each in findings]


def check(session: Session, root: str) -> View:
    return session.find_view(root) or session.check(session.inputs(root))


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_edits_give_the_findings_of_validate(folder: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    session, root, saved = Session(""), str(folder / "edited"), folder / "saved"
    session.add_folder(root)
    before = {path: (saved / path).read_bytes().decode() if (saved / path).exists() else "" for path in FILES}
    texts = dict(before)
    try:
        for path, text in edits(texts, chance, 6):
            session.edit(f"{root}/{path}", text)
            (saved / path).write_bytes(text.encode())
            if chance.random() < 0.5:
                assert key(check(session, root).project.findings) == key(load(saved).findings), path
    finally:
        for path, text in before.items():
            (saved / path).write_bytes(text.encode()) if text else (saved / path).unlink(missing_ok=True)


@pytest.mark.no_cover
def test_edits_of_a_large_project_give_the_findings_of_validate(tmp_path: Path) -> None:
    """More than 64 files are checked in parts, and parts that did not change are not checked again."""
    for name in ("edited", "saved"):
        (tmp_path / name).mkdir()
        corpus.write(tmp_path / name, 140)
    session, root, saved = Session(""), str(tmp_path / "edited"), tmp_path / "saved"
    session.add_folder(root)
    paths = sorted(path.relative_to(saved).as_posix() for path in (saved / "configs").rglob("*.yaml"))
    texts = {path: (saved / path).read_text(encoding="utf-8") for path in paths}
    for path, text in edits(texts, random.Random(3), 8):  # noqa: S311 - chance, not secrecy
        session.edit(f"{root}/{path}", text)
        (saved / path).write_bytes(text.encode())
        assert key(check(session, root).project.findings) == key(load(saved).findings), path


@pytest.mark.asyncio
async def test_editor_shows_the_findings_of_validate(editor: Editor, sample: Path, tmp_path: Path) -> None:
    """The same through the protocol: codes and lines of all files, whatever was published in between."""
    shutil.copytree(sample, tmp_path / "saved")
    chance, saved = random.Random(5), tmp_path / "saved"  # noqa: S311 - chance, not secrecy
    buffers = {path: editor.open(sample / path) for path in FILES if (sample / path).exists()}
    for path, text in edits({path: buffer.text for path, buffer in buffers.items()}, chance, 25):
        buffers[path].change(text)
        (saved / path).write_bytes(text.encode())
    expected: dict[str, list[tuple[object, int]]] = {}
    for finding in load(saved).findings:
        if finding.suppressed is None:
            expected.setdefault(finding.location.file, []).append((finding.code, finding.location.line))
    assert expected
    for path, found in expected.items():

        def is_shown(shown: Sequence[types.Diagnostic], found: list[tuple[object, int]] = found) -> bool:
            return [(each.code, each.range.start.line + 1) for each in shown] == found

        await editor.diagnostics((sample / path).as_uri(), is_shown)
    shown = {uri for uri, found in editor.client.diagnostics.items() if found and uri.startswith(sample.as_uri())}
    assert shown == {(sample / path).as_uri() for path in expected}
    for buffer in buffers.values():
        buffer.close()
