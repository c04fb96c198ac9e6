"""`make up`: the real thing on one machine without Docker.

A private PostgreSQL and Redis (data and passwords under var/up/), web, worker, beat and watch.
Training mode with the demo programme unless SEED=0; production settings are for a machine with
https in front (docs/deploy.md).
"""

import os
import secrets
import shlex
import shutil
import signal
import sys
from pathlib import Path

import psycopg2

from bin import processes
from bin.announce import announce_when_ready
from bin.child import run_python
from bin.paths import VAR
from bin.ports import choose_port, port_from
from bin.private_servers import CannotStart, PrivatePostgres, PrivateRedis, postgres_program
from bin.run_processes import Supervisor
from bin.service_finders import install_package

DATABASE = "infusion_coord"


def main() -> None:
    data = Path(os.environ.get("UP_DATA", VAR / "up")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    host = os.environ.get("HOST", "127.0.0.1")
    port = choose_port(host, port_from(os.environ.get("PORT", "8000")))
    postgres = PrivatePostgres(data / "postgres", durable=True, password=_kept(data / "db-secret"))
    redis = PrivateRedis(data / "redis", durable=True, password=_kept(data / "redis-secret"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _start_servers(postgres, redis)
        _serve(postgres, redis, host, port, data)
    except CannotStart as reason:
        sys.exit(f"make up: {reason}")
    finally:
        redis.stop()
        postgres.stop()
        print("Stopped.", flush=True)


def _kept(file: Path) -> str:
    """A password made once, readable by its owner only."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()


def _write_environment(file: Path, settings: dict[str, str]) -> None:
    """For manage.py in another shell, while this runs: the ports are others at each start."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={shlex.quote(text)}\n" for name, text in settings.items()))


def _start_servers(postgres: PrivatePostgres, redis: PrivateRedis) -> None:
    if not postgres_program("postgres"):
        install_package("postgresql")
    if not shutil.which("redis-server"):
        install_package("redis-server")
    postgres.start()
    redis.start()
    _make_database(postgres)


def _make_database(postgres: PrivatePostgres) -> None:
    connection = psycopg2.connect(postgres.url("postgres"))
    connection.autocommit = True  # a database cannot be made inside a transaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()


def _serve(postgres: PrivatePostgres, redis: PrivateRedis, host: str, port: int, data: Path):
    settings = {
        "DATABASE_URL": postgres.url(DATABASE),
        "REDIS_URL": redis.url(),
        "SECRET_KEY": _kept(data / "secret-key"),
        "AUDIT_KEY": _kept(data / "audit-key"),
        "SITE_URL": os.environ.get("SITE_URL", f"http://localhost:{port}"),
    }
    os.environ.update(settings)
    _write_environment(data / "environment", settings)
    seed = [] if os.environ.get("SEED") == "0" else ["--seed"]
    accounts = data / "accounts.txt"
    run_python("-m", "bin.prepare", *seed, "--accounts", str(accounts))
    supervisor = Supervisor(processes.full(f"{host}:{port}"))
    supervisor.run(lambda: announce_when_ready(host, port, accounts))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
