"""Where things are in a checkout. Everything made at run time goes under var/, or VAR_DIR."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STATIC_NPM = ROOT / "static_npm"
NODE_MODULES = ROOT / "node_modules"
