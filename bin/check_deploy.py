"""`make check-deploy`: Django's own deployment checks, with the settings of production.

The values are made up here; no database is asked. A warning fails it.
"""

import os
import secrets
import subprocess
import sys

from bin.paths import ROOT, VENV_PYTHON


def production_like() -> dict[str, str]:
    return {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "AUDIT_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgres://nobody:nothing@localhost/none",
        "REDIS_URL": "redis://localhost/0",
        "ALLOWED_HOSTS": "infusion.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://infusion.example.org",
        "SITE_URL": "https://infusion.example.org",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    }


def main() -> None:
    left_out = {"DEBUG", "TRAINING"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    command = [VENV_PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(command, cwd=ROOT, env=environment | production_like(), check=False)
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
