"""Processor time of the bag planner: one plan, the start advisor, and a brute force beside it.

`python -m benchmarks planner`, or as part of `make bench`. The brute force enumerates every legal
sequence, so it is given short cycles only; the planner solves the same ones.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from protocol.advisor import advise
from protocol.planner import plan
from protocol.planner_case import read_case
from tests.protocol.planner_oracle import LONG, MIDDLE, NEW_YORK, both, cost_of, every_plan

ROUNDS = 7
START_HOURS = 14 * 24
BRUTE_DAYS, LONG_BRUTE_DAYS = (12, 16, 20), (12, 16, 20, 24)
GOALS_MS = {"early_0_ms": 20, "early_12_ms": 100, "advisor_ms": 5000}
# The journey's cycle, and the same with every length everywhere, which leaves most to search.
CASES = (NEW_YORK, {**NEW_YORK, "bag_hours": [both(MIDDLE), both(LONG)]})


def run(*, long: bool) -> dict:
    figures: dict = {
        "early_0_ms": slowest_plan_ms(early=0),
        "early_12_ms": slowest_plan_ms(early=12),
        "advisor_ms": median_ms(advisor, rounds=3),
    }
    show("one plan, no early change", figures["early_0_ms"], GOALS_MS["early_0_ms"])
    show("one plan, up to 12 h early", figures["early_12_ms"], GOALS_MS["early_12_ms"])
    show(f"advisor, {START_HOURS} start hours", figures["advisor_ms"], GOALS_MS["advisor_ms"])
    figures["brute_force"] = [beside(days) for days in (LONG_BRUTE_DAYS if long else BRUTE_DAYS)]
    missed = [name for name, goal in GOALS_MS.items() if figures[name] >= goal]
    missed += [f"{row['days']} days differ" for row in figures["brute_force"] if not row["agree"]]
    return {**figures, "missed": missed}


def slowest_plan_ms(*, early: int) -> float:
    """Of the slowest case, reading it included."""
    return max(
        median_ms(lambda case=case: plan(read_case({**case, "max_early_change_hours": early})))
        for case in CASES
    )


def advisor() -> object:
    case = read_case(CASES[1])
    hours = range(START_HOURS)
    return list(advise(case, [case.start + timedelta(hours=hour) for hour in hours]))


def beside(days: int) -> dict:
    """Planner and brute force on one cycle of so many days, in turns."""
    case = read_case(
        {**NEW_YORK, "total_hours": 24 * days, "home_from_hour": 72, "bag_hours": both(MIDDLE)}
    )
    fast, slow = [], []
    for _ in range(3):
        fast.append(median_ms(lambda: plan(case), rounds=1))
        slow.append(median_ms(lambda: brute_force(case), rounds=1))
    planner_ms, brute_ms = statistics.median(fast), statistics.median(slow)
    best, sequences = brute_force(case)
    answer = plan(case)
    agree = (tuple(answer.cost[goal] for goal in case.goals), answer.ties) == best
    print(
        f"{f'{days} days, {sequences} sequences':34}{planner_ms:8.2f} ms   brute force"
        f" {brute_ms:.1f} ms, {brute_ms / planner_ms:.0f} times{'' if agree else '   DIFFERS'}"
    )
    return {
        "days": days,
        "sequences": sequences,
        "planner_ms": round(planner_ms, 3),
        "brute_ms": round(brute_ms, 1),
        "ratio": round(brute_ms / planner_ms),
        "agree": agree,
    }


def brute_force(case) -> tuple[tuple, int]:
    """((best cost, ties), number of legal sequences), by looking at each of them."""
    costs = [cost_of(case, runs) for runs in every_plan(case, case.delivered_minutes)]
    return (min(costs), costs.count(min(costs))), len(costs)


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - before))
    return round(statistics.median(taken), 3)


def show(what: str, ms: float, goal: int) -> None:
    print(f"{what:34}{ms:8.2f} ms   goal < {goal}")
