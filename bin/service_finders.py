"""Where each service comes from; used by bin/services.py.

Nothing of others is touched: our PostgreSQL databases carry this process's number in their name
and only those are dropped; our Redis keys carry a prefix and only those are deleted.
"""

import getpass
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis
from psycopg2 import sql

from bin.private_servers import CannotStart, PrivatePostgres, PrivateRedis, postgres_program

OUR_NAME = f"infusion_coord_t{os.getpid()}"
OUR_PREFIX = f"infusion-coord-test-{os.getpid()}:"
OUR_REDIS_DATABASE = 15
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_postgres(found) -> None:
    for server in _postgres_candidates():
        if _may_create_databases(server):
            _use_postgres(found, server, "running")
            return
    if "TEST_DATABASE_URL" in os.environ:
        found.missing.append(
            "PostgreSQL (TEST_DATABASE_URL does not let us in to create databases)"
        )
        return
    if not (postgres_program("postgres") and postgres_program("initdb")):
        install_package("postgresql")
    server = PrivatePostgres(_our_folder(found) / "postgres")
    if _start(found, server, "PostgreSQL"):
        _use_postgres(found, server.url("postgres"), f"private, port {server.port}")


def _postgres_candidates() -> list[str]:
    if named := os.environ.get("TEST_DATABASE_URL"):
        return [named]
    users = dict.fromkeys([os.environ.get("PGUSER"), getpass.getuser(), "postgres"])
    return [f"postgres://{user}@127.0.0.1:5432/postgres" for user in users if user]


def _may_create_databases(server: str) -> bool:
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        rows = _ask(server, question)
    except psycopg2.OperationalError:
        return False
    return bool(rows and rows[0][0])


def _ask(server: str, *statements: str | sql.Composed) -> list[tuple]:
    # Any database of the server will do to ask it; `postgres` is always there.
    address = urlsplit(server)._replace(path="/postgres", query="").geturl()
    connection = psycopg2.connect(address, connect_timeout=3)
    try:
        connection.autocommit = True  # databases cannot be dropped inside a transaction
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _use_postgres(found, server: str, how: str) -> None:
    _say("PostgreSQL", how)
    found.environment["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{OUR_NAME}").geturl()
    found.put_away.append(lambda: _drop_our_databases(server))


def _drop_our_databases(server: str) -> None:
    ours = re.compile(rf"(test_)?{OUR_NAME}(_.*)?")
    for (name,) in _ask(server, "SELECT datname FROM pg_database"):
        if ours.fullmatch(name):
            _drop(server, name)


def _drop(server: str, name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _ask(server, drop)


def find_redis(found) -> None:
    running = os.environ.get("TEST_REDIS_URL", f"redis://127.0.0.1:6379/{OUR_REDIS_DATABASE}")
    if _redis_answers(running):
        _use_redis(found, running, "running")
        found.put_away.append(lambda: _delete_our_keys(running))
        return
    if "TEST_REDIS_URL" in os.environ:
        found.missing.append("Redis (TEST_REDIS_URL does not answer)")
        return
    if not shutil.which("redis-server"):
        install_package("redis-server")
    server = PrivateRedis(_our_folder(found) / "redis")
    if _start(found, server, "Redis"):
        _use_redis(found, server.url(), f"private, port {server.port}")


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _use_redis(found, url: str, how: str) -> None:
    _say("Redis", how)
    found.environment["REDIS_URL"] = url
    found.environment["REDIS_PREFIX"] = OUR_PREFIX


def _delete_our_keys(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{OUR_PREFIX}*"):
            client.delete(key)


def find_chromium(found) -> None:
    program = os.environ.get("CHROMIUM") or _chromium_here()
    if not program:
        install_package("chromium")
        program = _chromium_here()
    if program and Path(program).exists():
        _say("Chromium", program)
        found.environment["CHROMIUM"] = program
    else:
        found.missing.append("Chromium (Debian: apt-get install chromium, or set CHROMIUM=path)")


def _chromium_here() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def _start(found, server: PrivatePostgres | PrivateRedis, name: str) -> bool:
    try:
        server.start()
    except CannotStart as reason:
        found.missing.append(f"{name} ({reason})")
        return False
    found.put_away.append(server.stop)
    return True


def _our_folder(found) -> Path:
    """Under the system's temporary folder: the account that runs PostgreSQL can reach it there."""
    folder = Path(tempfile.mkdtemp(prefix="infusion-coord-"))
    folder.chmod(0o755)
    found.put_away.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


def install_package(package: str) -> None:
    """As root on Debian; anywhere else the caller says what is missing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {package} with apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run: Callable = subprocess.run
    quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    run(["apt-get", "update", "-q"], check=False, **quiet)
    run(["apt-get", "install", "-qy", "--no-install-recommends", package], check=False, **quiet)


def _say(name: str, how: str) -> None:
    print(f"{name}: {how}", file=sys.stderr, flush=True)
