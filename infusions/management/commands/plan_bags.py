import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from protocol.planner import Plan, plan
from protocol.planner_case import BadCase, Fault, read_case


class Command(BaseCommand):
    help = "Prints the best bag plan of a case (a JSON file, or - for standard input) as JSON."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("case", help="CASE.json, or -")

    def handle(self, *args, **options):
        try:
            answer = plan(read_case(load(options["case"])))
        except BadCase as refusal:
            faults = [{"field": f.field, "message": f.message} for f in refusal.faults]
            self.stderr.write(json.dumps({"errors": faults}, indent=1), ending="\n")
            sys.exit(2)
        self.stdout.write(json.dumps(as_json(answer), indent=1))


def load(name: str):
    """The parsed case; a file that cannot be read or parsed is a fault of the case."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError) as error:
        raise BadCase([Fault("case", f"cannot be read as JSON: {error}")]) from error


def as_json(answer: Plan) -> dict:
    if not answer.feasible:
        return {"feasible": False, "why": answer.why}
    return {
        "feasible": True,
        "proven_optimal": True,
        "cost": answer.cost,
        "ties": answer.ties,
        "bags": [
            {
                "n": bag.n,
                "minute": bag.minute,
                "hangs_at": bag.hangs_at.isoformat(timespec="minutes"),
                "ends_at": bag.ends_at.isoformat(timespec="minutes"),
                "bag_hours": bag.bag_hours,
                "runs_minutes": bag.runs_minutes,
                "setting": bag.setting,
                "outside_window": bag.outside_window,
                "boundary": bag.boundary,
            }
            for bag in answer.bags
        ],
        "runner_up": {"cost": answer.runner_up} if answer.runner_up else None,
        "why": answer.why,
    }
