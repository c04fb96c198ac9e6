"""A test that needs a service which is not here is skipped, with the reason and the way out.

`make test` finds, starts or installs the services and names them in the environment; plain pytest
uses what the environment says.
"""

import os
import shutil

import pytest

from bin.pango import has_pango, way_out

WAY_OUT = "run it through make test"


def pytest_collection_modifyitems(items):
    reasons = missing_services(os.environ)
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"{reason}; {WAY_OUT}"))


def missing_services(environment) -> dict[str, str]:
    """Marker -> why its tests cannot run here."""
    reasons = {}
    if not environment.get("DATABASE_URL", "").startswith(("postgres:", "postgresql:")):
        reasons["postgres"] = "needs PostgreSQL, and DATABASE_URL names none"
    if not environment.get("REDIS_URL"):
        reasons["redis"] = "needs Redis, and REDIS_URL names none"
    if not (environment.get("CHROMIUM") or shutil.which("chromium")):
        reasons["browser"] = "needs Chromium, and neither CHROMIUM nor the path has it"
    if not has_pango():
        reasons["pango"] = f"needs pango: {way_out()}"
    return reasons
