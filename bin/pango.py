"""Pango, which draws the text of bag labels, comes from the system: `infusions/labels/pdf.py`.

As root on Debian set-up installs it; anywhere else one line says how. Without it everything but
printing a label works.
"""

import ctypes
import ctypes.util
import os
import shutil
import subprocess

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
LIBRARIES = ("pango-1.0", "pangoft2-1.0")
PATIENCE = 300  # seconds: a network that hangs must not hang the demo


def install_pango() -> None:
    if has_pango():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' '.join(PACKAGES)} with apt-get", flush=True)
        _install()
    if not has_pango():
        print(f"Labels cannot be printed here: pango is missing. {way_out()}", flush=True)


def has_pango() -> bool:
    return all(_is_there(name) for name in LIBRARIES)


def way_out() -> str:
    return f"Debian: apt-get install {' '.join(PACKAGES)}"


def _is_there(name: str) -> bool:
    """By the name Debian gives it, else as the system finds libraries (macOS)."""
    for file in (f"lib{name}.so.0", ctypes.util.find_library(name)):
        try:
            if file and ctypes.CDLL(file):
                return True
        except OSError:
            continue
    return False


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", *PACKAGES],
    ):
        try:
            subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return
