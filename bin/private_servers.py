"""A PostgreSQL and a Redis of our own: own data folder, own port, stopped by whoever started them.

Used by the tests, by `make up`, and by fault tests that kill a server without touching anybody
else's.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 30


class CannotStart(Exception):
    """The server could not be started here; the text says why and what to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_program(name: str) -> str | None:
    """On the path, or where Debian keeps one folder per major version (newest first)."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda program: float(program.parts[-3]),
    )
    return shutil.which(name) or (str(versions[-1]) if versions else None)


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root and there is no other account to run it.")


def _as_account(account: pwd.struct_passwd | None) -> dict:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@dataclass
class PrivatePostgres:
    folder: Path
    port: int = field(default_factory=free_port)
    durable: bool = False
    password: str = ""
    process: subprocess.Popen | None = None

    @property
    def user(self) -> str:
        return "infusion_coord"

    def url(self, database: str) -> str:
        secret = f":{self.password}" if self.password else ""
        return f"postgres://{self.user}{secret}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        postgres, initdb = postgres_program("postgres"), postgres_program("initdb")
        if not (postgres and initdb):
            raise CannotStart("PostgreSQL is not installed (Debian: apt-get install postgresql).")
        account = server_account()
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster(initdb, account)
        self.process = subprocess.Popen(
            [*_dies_with_us("INT"), postgres, "-D", str(self.folder), *self._settings()],
            **_log_to(self.folder.with_suffix(".log")),
            **_as_account(account),
            start_new_session=True,
            cwd="/",
        )
        _wait_for_port(self.port, self.process, self.folder.with_suffix(".log"))

    def _make_cluster(self, initdb: str, account: pwd.struct_passwd | None) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if account:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        _check_reachable(self.folder, account)
        command = [initdb, "-D", str(self.folder), "-U", self.user, "-E", "UTF8", "--no-locale"]
        with self._password_file(account) as arguments:
            made = subprocess.run(
                [*command, *arguments],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                **_as_account(account),
            )
        if made.returncode:
            raise CannotStart(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")

    @contextlib.contextmanager
    def _password_file(self, account: pwd.struct_passwd | None) -> Iterator[list[str]]:
        """initdb reads the password from a file, which its account must be able to read."""
        if not self.password:
            yield ["-A", "trust"]
            return
        file = self.folder.with_suffix(".initial-password")
        file.touch(mode=0o600)
        try:
            file.write_text(self.password + "\n")
            if account:
                os.chown(file, account.pw_uid, account.pw_gid)
            yield ["-A", "scram-sha-256", f"--pwfile={file}"]
        finally:
            file.unlink()

    def _settings(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 100,
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def stop(self) -> None:
        _stop(self.process, signal.SIGINT)  # a fast shutdown: ends sessions, keeps the data

    def kill(self) -> None:
        """As a crash would: no shutdown, no flush."""
        _stop(self.process, signal.SIGQUIT)


@dataclass
class PrivateRedis:
    folder: Path
    port: int = field(default_factory=free_port)
    durable: bool = False
    password: str = ""
    process: subprocess.Popen | None = None

    def url(self, database: int = 0) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if not program:
            raise CannotStart("Redis is not installed (Debian: apt-get install redis-server).")
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "redis.conf"
        settings.touch(mode=0o600)
        settings.write_text(self._settings())
        self.process = subprocess.Popen(
            [*_dies_with_us("TERM"), program, str(settings)],
            **_log_to(self.folder.with_suffix(".log")),
            start_new_session=True,
        )
        _wait_for_port(self.port, self.process, self.folder.with_suffix(".log"))

    def _settings(self) -> str:
        lines = [f"port {self.port}", "bind 127.0.0.1", f'dir "{self.folder}"', 'save ""']
        lines.append(f"appendonly {'yes' if self.durable else 'no'}")
        if self.password:
            lines.append(f"requirepass {self.password}")
        return "\n".join(lines) + "\n"

    def stop(self) -> None:
        _stop(self.process, signal.SIGTERM)

    def kill(self) -> None:
        _stop(self.process, signal.SIGKILL)


def _check_reachable(folder: Path, account: pwd.struct_passwd | None) -> None:
    seen = subprocess.run(["test", "-w", str(folder)], check=False, cwd="/", **_as_account(account))
    if seen.returncode and account:
        raise CannotStart(
            f"The account {account.pw_name} cannot reach {folder}: "
            "a folder above it is closed to others."
        )


def _dies_with_us(how: str) -> list[str]:
    """On Linux a server ends even when whoever started it is killed with -9."""
    return ["setpriv", "--pdeathsig", how, "--"] if shutil.which("setpriv") else []


def _log_to(file: Path) -> dict:
    file.parent.mkdir(parents=True, exist_ok=True)
    return {"stdout": file.open("ab"), "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}


def _wait_for_port(port: int, process: subprocess.Popen, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            last_lines = log.read_text(errors="replace").splitlines()[-5:]
            raise CannotStart("The server stopped at once: " + " / ".join(last_lines))
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    _stop(process, signal.SIGKILL)
    raise CannotStart(f"The server did not answer on port {port} in {START_SECONDS} seconds.")


def _stop(process: subprocess.Popen | None, how: signal.Signals) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
