"""Stamp files: a step is skipped when nothing it depends on has changed since it last worked."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from bin.paths import ROOT

# About this checkout and its .venv, so not under VAR_DIR.
STAMPS = ROOT / "var" / "stamps"


def digest_of(paths: Iterable[Path], *extra: str) -> str:
    """One digest over the names and contents of files, and of everything under folders."""
    digest = hashlib.sha256()
    for word in extra:
        digest.update(word.encode() + b"\0")
    for path in paths:
        for file in _files_of(path):
            digest.update(str(file).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.is_file() else []


def is_current(name: str, digest: str, folder: Path = STAMPS) -> bool:
    stamp = folder / name
    return stamp.is_file() and stamp.read_text() == digest


def record(name: str, digest: str, folder: Path = STAMPS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(digest)
