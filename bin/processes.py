"""The processes of the real thing, in one place: `make demo` with services, and `make up`."""

from bin.paths import ROOT, VAR, VENV
from bin.run_processes import Program

PYTHON = str(VENV / "bin" / "python")
GUNICORN = str(VENV / "bin" / "gunicorn")
CELERY = str(VENV / "bin" / "celery")
APPLICATION = "infusion_coord.wsgi:application"


def embedded(address: str) -> list[Program]:
    """Web and ticker in one process; no broker."""
    settings = str(ROOT / "deploy" / "gunicorn_embedded.py")
    return [Program("web", [GUNICORN, "-c", settings, "-b", address, APPLICATION])]


def full(address: str) -> list[Program]:
    """Web, Celery worker, Celery beat, and the standby sender that needs neither."""
    settings = str(ROOT / "deploy" / "gunicorn.py")
    celery = [CELERY, "--quiet", "-A", "infusion_coord"]
    schedule = str(VAR / "celerybeat-schedule")
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Program("web", [GUNICORN, "-c", settings, "-b", address, APPLICATION]),
        Program(
            "worker", [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2", *quiet]
        ),
        Program("beat", [*celery, "beat", "--schedule", schedule, "--pidfile", ""]),
        Program("watch", [PYTHON, "manage.py", "watch"]),
    ]
