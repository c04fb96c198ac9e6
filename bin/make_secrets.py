"""`make secrets`: the files docker-compose.yml mounts as secrets. Existing ones are kept."""

import os
import secrets
from pathlib import Path

from bin.paths import ROOT

FOLDER = ROOT / "var" / "secrets"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    FOLDER.chmod(0o700)
    for name in ("secret_key", "audit_key"):
        _keep(FOLDER / name, secrets.token_urlsafe(64))
    postgres = _keep(FOLDER / "postgres_password", secrets.token_urlsafe(32))
    redis = _keep(FOLDER / "redis_password", secrets.token_urlsafe(32))
    _keep(
        FOLDER / "database_url",
        f"postgres://infusion_coord:{postgres}@postgres:5432/infusion_coord",
    )
    _keep(FOLDER / "redis_url", f"redis://:{redis}@redis:6379/0")
    _keep(FOLDER / "email_url", os.environ.get("EMAIL_URL", "consolemail://"))
    print(f"Secrets are in {FOLDER.relative_to(ROOT)}/; keep a copy apart from the backups.")


def _keep(file: Path, value: str) -> str:
    """Compose mounts these as they are and the app runs as another user: the folder is closed,
    the files are not."""
    if not file.exists():
        file.write_text(value)
        file.chmod(0o444)
    return file.read_text()


if __name__ == "__main__":
    main()
