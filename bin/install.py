"""Make .venv and install the pinned dependencies; fetch the font when npm is there.

Needs nothing but Python 3.11 or newer; as root it adds what labels are drawn with. `--dev` adds
what tests and linters need. A second run does nothing when the pinned files have not changed.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bin import stamps
from bin.font import install_font
from bin.pango import install_pango
from bin.paths import ROOT, VENV, VENV_PYTHON

OLDEST_PYTHON = (3, 11)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and linters need")
    wanted = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    requirements = "requirements-dev.txt" if wanted.dev else "requirements.txt"
    if not has_python_packages(requirements):
        make_venv()
        install_python_packages(requirements)
    install_font()
    install_pango()


def make_venv() -> None:
    if VENV_PYTHON.exists() and _quietly(VENV_PYTHON, "-m", "pip", "--version"):
        return
    print("Creating .venv", flush=True)
    if _quietly(sys.executable, "-m", "venv", str(VENV)):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    _install_venv_module()
    if not _quietly(sys.executable, "-m", "venv", str(VENV)):
        sys.exit("Could not create .venv: install Python's venv module (Debian: python3-venv).")


def _install_venv_module() -> None:
    """Debian ships Python without venv; as root we may add it, otherwise the message says how."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        _quietly("apt-get", "update")
        _quietly("apt-get", "install", "-y", "--no-install-recommends", package)


def has_python_packages(requirements: str) -> bool:
    """The venv's Python runs (its base may be gone), and these packages were put into it."""
    if not (VENV_PYTHON.exists() and _quietly(VENV_PYTHON, "-c", "pass")):
        return False
    return stamps.is_current(*_stamp_of(requirements))


def install_python_packages(requirements: str) -> None:
    print(f"Installing the pinned Python packages of {requirements}", flush=True)
    if not (_install_uv() and _install_with_uv(requirements)):
        print("uv did not manage; using pip, which takes about a minute.", flush=True)
        _pip("install", "--require-hashes", "-r", requirements)
    stamps.record(*_stamp_of(requirements))


def _stamp_of(requirements: str) -> tuple[str, str, Path]:
    """Kept inside the venv: one that is made again needs its packages again."""
    digest = stamps.digest_of([ROOT / requirements], sys.version)
    return Path(requirements).stem, digest, VENV / "stamps"


def _install_uv() -> bool:
    if (VENV / "bin" / "uv").exists():
        return True
    return _pip_quietly("install", "--require-hashes", "-r", "requirements-uv.txt")


def _install_with_uv(requirements: str) -> bool:
    # A Python of uv's own would come from a place that closed networks cannot reach.
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    command = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--require-hashes"]
    command += ["--python", VENV_PYTHON, "-r", requirements]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _pip(*arguments: str) -> None:
    command = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments, "--quiet"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("The Python packages could not be installed; the reason is above.")


def _pip_quietly(*arguments: str) -> bool:
    command = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def _quietly(*command: str | Path) -> bool:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    main()
