"""docker-compose.yml runs the same processes as `make up`, and nobody runs as root."""

import re

import pytest

from bin import processes
from bin.paths import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = ["postgres", "redis", "migrate", "web", "worker", "beat", "watch"]


def service(name):
    return re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", COMPOSE, re.M).group(1)


def test_every_process_of_make_up_has_its_container():
    for program in processes.full("127.0.0.1:8000"):
        assert service(program.name)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check(name):
    assert "healthcheck:" in service(name)


def test_nobody_runs_as_root():
    assert "USER app" in (ROOT / "Dockerfile").read_text()
    assert "user: postgres" in service("postgres")
    assert "user: redis" in service("redis")


def test_no_secret_is_written_in_the_file():
    names = re.findall(
        r"^\s+(\w*(?:SECRET|KEY|PASSWORD|DATABASE_URL|REDIS_URL)\w*):", COMPOSE, re.M
    )
    assert names
    assert all(name.endswith("_FILE") for name in names)
