"""`make bench`, `make faults`: run each file here, print its table and, last, its figures as JSON.

python -m benchmarks [faults] [--long] [only one or more names]
"""

import argparse
import importlib
import json
import os
import sys
import traceback
from pathlib import Path

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="faults, or names of single files")
    parser.add_argument("--long", action="store_true")
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infusion_coord.settings")
    django.setup()
    files = chosen(wanted.names)
    if not files:
        sys.exit("Nothing was run: there is no benchmark of that name.")
    failed = [name for name in files if not _ran_well(name, long=wanted.long)]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


def chosen(names: list[str]) -> list[str]:
    kind = "fault_" if names[:1] == ["faults"] else "bench_"
    asked = set(names) - {"faults"}
    here = sorted(file.stem for file in Path(__file__).parent.glob("*.py"))
    if asked:
        return [name for name in here if name in asked]
    return [name for name in here if name.startswith(kind)]


def _ran_well(name: str, *, long: bool) -> bool:
    print(f"\n== {name}", flush=True)
    try:
        figures = importlib.import_module(f"benchmarks.{name}").run(long=long)
    except Exception:
        traceback.print_exc()
        figures = {"missed": ["did not finish"]}
    print(json.dumps({"benchmark": name, **figures}), flush=True)
    return not figures.get("missed")


if __name__ == "__main__":
    main()
