"""What set-up pins, and what it decides: no two answers, no address of a registry."""

import re
import shutil
import socket
import sys
from pathlib import Path

import pytest

from bin import install, stamps
from bin.paths import ROOT
from bin.ports import choose_port, port_from
from tests.services import missing_services

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"]


def pins_of(name):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.M))


def test_tests_run_with_the_versions_that_are_shipped():
    shipped, tested = pins_of("requirements.txt"), pins_of("requirements-dev.txt")
    assert shipped.items() <= tested.items()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_has_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert text.count("==") <= text.count("--hash=sha256:")


def test_the_npm_lock_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in", "requirements-uv.in"])
def test_every_dependency_says_what_it_is_for(name):
    lines = (ROOT / name).read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert [line for line in wanted if "# " not in line] == []


def test_a_taken_port_gives_way_to_the_next_free_one(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        chosen = choose_port("127.0.0.1", port)
    assert chosen > port
    assert capsys.readouterr().out == f"Port {port} is taken; using {chosen}.\n"


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "80 80", "-1"])
def test_a_port_that_is_none_is_refused_in_words(text):
    with pytest.raises(SystemExit, match="PORT must be a number from 1 to 65535"):
        port_from(text)


def test_a_step_is_done_again_when_a_file_it_reads_changes(tmp_path):
    (tmp_path / "a.css").write_text("one")
    before = stamps.digest_of([tmp_path])
    assert stamps.digest_of([tmp_path]) == before
    (tmp_path / "a.css").write_text("two")
    assert stamps.digest_of([tmp_path]) != before


def test_a_missing_service_is_named_with_its_marker():
    assert set(missing_services({"CHROMIUM": "/bin/true"})) == {"postgres", "redis"}
    here = {"DATABASE_URL": "postgres://x", "REDIS_URL": "redis://x", "CHROMIUM": "/bin/true"}
    assert missing_services(here) == {}


def test_a_venv_made_again_needs_its_packages_again(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "VENV_PYTHON", Path(sys.executable))
    assert not install.has_python_packages("requirements.txt")
    stamps.record(*install._stamp_of("requirements.txt"))
    assert install.has_python_packages("requirements.txt")
    shutil.rmtree(tmp_path / "stamps")
    assert not install.has_python_packages("requirements.txt")
