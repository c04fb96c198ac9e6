"""The bag planner: the best legal sequence of bags for what is left of a cycle, proven.

A shortest path over the infused minutes a bag can end at. One backward pass finds the best cost,
how many sequences tie, and the best cost that is worse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .planner_case import GOALS, Case

MINUTES_PER_HOUR = 60
# Costs are packed into one integer, most important goal first; no goal reaches 2**32.
BITS = 32


@dataclass(frozen=True)
class Bag:
    """Bag n: hung at an infused minute, of `bag_hours`, running `runs_minutes`."""

    n: int
    minute: int
    hangs_at: datetime
    ends_at: datetime
    bag_hours: int
    runs_minutes: int
    setting: str
    outside_window: bool
    boundary: str | None


@dataclass(frozen=True)
class Plan:
    """The answer. `cost` and `runner_up` are figures by goal name."""

    feasible: bool
    cost: dict[str, int]
    ties: int
    bags: tuple[Bag, ...]
    runner_up: dict[str, int] | None
    why: str


@dataclass(slots=True)
class Node:
    """What is known of the way from one minute to the end of the cycle."""

    best: int
    ways: int
    second: int | None
    bag_hours: int
    runs: int


@dataclass(frozen=True)
class Arc:
    bag_hours: int
    runs: int
    end: int


def plan(case: Case) -> Plan:
    """The proven best plan of a checked case, or a plan that says why there is none."""
    nodes = solve(case)
    root = nodes.get(case.delivered_minutes)
    if root is None:
        return Plan(False, {}, 0, (), None, why_impossible(case, nodes))
    bags = tuple(walk(case, nodes))
    cost = unpack(case, root.best)
    runner_up = None if root.second is None else unpack(case, root.second)
    return Plan(True, cost, root.ways, bags, runner_up, why(case, cost, root.ways))


def solve(case: Case) -> dict[int, Node]:
    """Best, number of ways and second best from every reachable minute that reaches the end."""
    weights = weights_of(case)
    nodes = {case.total_minutes: Node(0, 1, None, 0, 0)}
    for minute in reversed(reachable(case)):
        node = best_from(case, minute, nodes, weights)
        if node is not None:
            nodes[minute] = node
    return nodes


def best_from(
    case: Case, minute: int, nodes: dict[int, Node], weights: dict[str, int]
) -> Node | None:
    found: Node | None = None
    for arc in arcs(case, minute):
        after = nodes.get(arc.end)
        if after is None:
            continue
        step = arc_cost(case, arc, weights)
        total = step + after.best
        second = None if after.second is None else step + after.second
        found = merged(found, Node(total, after.ways, second, arc.bag_hours, arc.runs))
    return found


def merged(one: Node | None, other: Node) -> Node:
    """The better of two ways on; equal ones are counted, and the longer first run leads."""
    if one is None:
        return other
    if one.best == other.best:
        leader = max(one, other, key=lambda node: (node.runs, node.bag_hours))
        second = least(one.second, other.second)
        return Node(one.best, one.ways + other.ways, second, leader.bag_hours, leader.runs)
    good, worse = (one, other) if one.best < other.best else (other, one)
    return Node(good.best, good.ways, least(good.second, worse.best), good.bag_hours, good.runs)


def least(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return min(known) if known else None


def reachable(case: Case) -> list[int]:
    """Every minute a bag may be hung at, ascending."""
    seen, waiting = {case.delivered_minutes}, [case.delivered_minutes]
    while waiting:
        minute = waiting.pop()
        for arc in arcs(case, minute):
            if arc.end not in seen and arc.end < case.total_minutes:
                seen.add(arc.end)
                waiting.append(arc.end)
    return sorted(seen)


def arcs(case: Case, minute: int) -> Iterator[Arc]:
    """The bags that may be hung at a minute: whole hours, or exactly to the next boundary."""
    boundary = case.next_boundary(minute)
    left = boundary - minute
    for hours in case.lengths_at(minute):
        for runs_h in range(max(1, hours - case.max_early_change_hours), hours + 1):
            runs = runs_h * MINUTES_PER_HOUR
            if runs < left:
                yield Arc(hours, runs, minute + runs)
        cut = hours * MINUTES_PER_HOUR - left
        whole = left % MINUTES_PER_HOUR == 0
        early = whole and 0 <= cut <= case.max_early_change_hours * MINUTES_PER_HOUR
        if early or 0 <= cut <= case.max_cut_hours * MINUTES_PER_HOUR:
            yield Arc(hours, left, boundary)


def arc_cost(case: Case, arc: Arc, weights: dict[str, int]) -> int:
    cost = weights["bags"]
    cost += weights["cut_minutes"] * (arc.bag_hours * MINUTES_PER_HOUR - arc.runs)
    if case.is_home_attendance(arc.end):
        cost += weights["home_attendances"]
    if case.is_outside(arc.end):
        cost += weights["outside_window"]
    return cost


def weights_of(case: Case) -> dict[str, int]:
    return {goal: 1 << BITS * (len(GOALS) - 1 - n) for n, goal in enumerate(case.goals)}


def unpack(case: Case, cost: int) -> dict[str, int]:
    weights = weights_of(case)
    figures = {goal: cost // weights[goal] % (1 << BITS) for goal in case.goals}
    return {goal: figures[goal] for goal in GOALS}


def walk(case: Case, nodes: dict[int, Node]) -> Iterator[Bag]:
    minute, n = case.delivered_minutes, 1
    while minute < case.total_minutes:
        node = nodes[minute]
        end = minute + node.runs
        yield Bag(
            n=n,
            minute=minute,
            hangs_at=case.local(minute),
            ends_at=case.local(end),
            bag_hours=node.bag_hours,
            runs_minutes=node.runs,
            setting=case.setting_at(minute),
            outside_window=case.is_outside(end),
            boundary=case.boundary_name(end),
        )
        minute, n = end, n + 1


def why(case: Case, cost: dict[str, int], ties: int) -> str:
    """One sentence: what forced the plan."""
    if cost["outside_window"]:
        reason = (
            f"{cost['outside_window']} changes outside the windows cannot be avoided with these"
            " lengths, start and holidays"
        )
    else:
        reason = "Every change falls inside its window"
    ways = "1 plan is" if ties == 1 else f"{ties} plans are"
    return (
        f"{reason}; {cost['home_attendances']} attendances at home and {cost['bags']} bags are the"
        f" fewest then possible, with {cost['cut_minutes']} minutes of drug thrown away;"
        f" {ways} equally good and the one with the longest first bags is shown."
    )


def why_impossible(case: Case, nodes: dict[int, Node]) -> str:
    """Names the boundary that no sequence of bags can meet."""
    for boundary in case.boundaries:
        if boundary <= case.delivered_minutes:
            continue
        if not any(minute < boundary for minute in nodes):
            hour = case.last_boundary_before(min(nodes)) / MINUTES_PER_HOUR
            name = case.boundary_name(min(nodes)) or "the end of the cycle"
            return (
                f"No sequence of the allowed lengths ends exactly at {name}"
                f" (hour {min(nodes) / MINUTES_PER_HOUR:g}) from hour {hour:g}: no bag may cross"
                f" it, and at most {case.max_cut_hours} h may be cut from a bag."
            )
    return "No bag of the allowed lengths can be hung at the start."
