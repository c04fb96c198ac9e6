"""A small made-up bundle that a test may bend."""

import json
from pathlib import Path

ROSA = Path(__file__).parent / "bundles" / "rosa.json"
WEIGHT = 2  # entry of the newest weight


def rosa() -> dict:
    return json.loads(ROSA.read_text())


def without(kind: str) -> dict:
    bundle = rosa()
    bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["resourceType"] != kind]
    return bundle


def patient_of(bundle: dict) -> dict:
    return bundle["entry"][0]["resource"]


def bent(change) -> bytes:
    bundle = rosa()
    change(bundle)
    return json.dumps(bundle).encode()
