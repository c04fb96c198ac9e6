"""What the settings make of the environment, and what a deployment is warned of."""

import pytest

from infusion_coord.settings import Trimmed
from notifications.checks import mail_leaves


def test_a_secret_file_may_end_with_a_new_line(tmp_path):
    (tmp_path / "database_url").write_text("postgres://somebody@localhost/name\n")
    environment = Trimmed({"DATABASE_URL_FILE": str(tmp_path / "database_url"), "PORT": "1"})
    assert environment["DATABASE_URL"] == "postgres://somebody@localhost/name"
    assert environment["PORT"] == "1"
    assert "REDIS_URL" not in environment


@pytest.mark.parametrize(
    ("production", "backend", "warned"),
    [(True, "console", 1), (True, "filebased", 1), (True, "smtp", 0), (False, "console", 0)],
)
def test_production_is_warned_when_mail_goes_nowhere(settings, production, backend, warned):
    settings.PRODUCTION = production
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    assert len(mail_leaves(None)) == warned
