"""The app as `make up` runs it, for one test run: web, worker and beat as processes of their own,
on a database and Redis keys of their own. Whatever was started is ended and removed."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis
from psycopg2 import sql

from bin.paths import ROOT
from bin.private_servers import free_port

START_S, STOP_S, SESSIONS_END_S = 120, 30, 10


@dataclass
class App:
    url: str
    folder: Path

    def mails(self) -> list[str]:
        """Every mail the worker wrote so far, headers and all."""
        texts = [file.read_text() for file in (self.folder / "mail").glob("*")]
        return [mail for text in texts for mail in text.split("-" * 79)]

    def log(self) -> str:
        return (self.folder / "processes.log").read_text(errors="replace")


@contextmanager
def running_app(folder: Path) -> Iterator[App]:
    """Needs DATABASE_URL (a server on which we may create) and REDIS_URL."""
    address = f"127.0.0.1:{free_port()}"
    app = App(f"http://{address}", folder)
    with own_database() as database, own_redis_keys() as prefix:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_PREFIX": prefix,
            "VAR_DIR": str(folder),
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "SITE_URL": app.url,
            "TRAINING": "1",
        }
        for module in ("bin.prepare", "tests.browser.cast"):
            subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, check=True)
        with processes(address, environment, folder / "processes.log"):
            wait_until_answering(app)
            yield app
    assert "Traceback" not in app.log(), app.log()[-4000:]


@contextmanager
def processes(address: str, environment: dict, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.browser.serve", address]
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        supervisor.terminate()  # it ends web, worker and beat, then itself
        supervisor.wait(STOP_S)


def wait_until_answering(app: App) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{app.url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The app did not answer in {START_S} s:\n{app.log()[-4000:]}")


@contextmanager
def own_database() -> Iterator[str]:
    """Its address. At the end nobody may be left in it: a session is a process that lives on."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"{address.path.lstrip('/')}_browser"
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    ask(drop, make)
    try:
        yield address._replace(path=f"/{name}").geturl()
    finally:
        wait_until_left(name)
        ask(drop)


def wait_until_left(name: str) -> None:
    sessions = sql.SQL("SELECT pid, application_name, state FROM pg_stat_activity WHERE datname={}")
    give_up = time.monotonic() + SESSIONS_END_S
    while left := ask(sessions.format(sql.Literal(name))):
        assert time.monotonic() < give_up, f"Sessions left open in {name}: {left}"
        time.sleep(0.1)


def ask(*statements: sql.Composed) -> list[tuple]:
    server = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True  # databases are not made inside a transaction
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextmanager
def own_redis_keys() -> Iterator[str]:
    """A prefix of our own in the Redis at hand; its keys go at the end."""
    prefix = f"{os.environ.get('REDIS_PREFIX', '')}browser-{os.getpid()}:"
    try:
        yield prefix
    finally:
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            for key in client.scan_iter(match=f"{prefix}*"):
                client.delete(key)
