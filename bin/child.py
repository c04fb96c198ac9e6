"""Run one step with the venv's Python, in the checkout; a failed step ends everything."""

import subprocess
import sys

from bin.paths import ROOT, VENV_PYTHON


def run_python(*arguments: str) -> None:
    status = subprocess.run([VENV_PYTHON, *arguments], cwd=ROOT, check=False).returncode
    if status:
        sys.exit(status)
