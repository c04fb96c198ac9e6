"""Fixtures every test may use. Keep this short: builders live in factories.py and people.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from audit.triggers import FLUSH_SETTING
from clock import now as clock_module
from tests.people import PASSWORD, Cast

pytest_plugins = ["tests.services"]

START_OF_TESTS = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)  # Mon 4 Jan 2027 10:00 in New York


@pytest.fixture(autouse=True)
def quick_and_quiet(settings, tmp_path):
    """Cheap password hashes, no manifest, mail in memory, nothing written outside tmp."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.TRAINING = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit empty the tables afterwards, which the triggers must let pass."""
    with django_db_blocker.unblock():
        let_flush_pass()


def let_flush_pass() -> None:
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} SET {FLUSH_SETTING} = 'on'")
            cursor.execute(f"SET {FLUSH_SETTING} = 'on'")
        return
    flush = connection.ops.execute_sql_flush

    def flush_without_triggers(statements):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    connection.ops.execute_sql_flush = flush_without_triggers


class Clock:
    """Domain time in a test. `clock.forward(hours=4)`; `clock.now`; `clock.set(moment)`."""

    def __init__(self):
        self.now = START_OF_TESTS

    def forward(self, **delta) -> datetime:
        return self.set(self.now + timedelta(**delta))

    def set(self, moment: datetime) -> datetime:
        self.now = moment
        clock_module._fixed.set(moment)
        return moment


@pytest.fixture
def clock():
    token = clock_module._fixed.set(START_OF_TESTS)
    yield Clock()
    clock_module._fixed.reset(token)


@pytest.fixture
def cast(db, clock) -> Cast:
    return Cast()


@pytest.fixture
def sign_in(client):
    """`sign_in(person)` gives a client whose session is theirs."""

    def as_person(person):
        assert client.login(username=person.username, password=PASSWORD)
        return client

    return as_person


@pytest.fixture
def templates_loaded(db):
    """The published checklist templates, as a deployment has them."""
    call_command("load_checklists")
