"""The plans that tie with the best one, in one order: the longest first bags first."""

from collections.abc import Iterator, Sequence

from .planner_legal import Runs
from .planner_search import Search


def ways(found: Search, minute: int | None = None) -> int:
    """How many ways on from a minute (default: the start) share the best cost; 0 if none."""
    node = found.nodes.get(_from(found, minute))
    return node.ways if node else 0


def alternatives(found: Search, minute: int | None = None) -> Iterator[tuple[Runs, ...]]:
    """Every best way on, one at a time, as (bag_hours, runs_minutes); the first is the plan's.

    There can be millions: take as many as a page shows.
    """
    minute = _from(found, minute)
    if minute == found.case.total_minutes:
        yield ()
    elif minute in found.nodes:
        for arc in found.good_arcs(minute):
            for rest in alternatives(found, arc.end):
                yield ((arc.bag_hours, arc.runs), *rest)


def tie(found: Search, k: int, minute: int | None = None) -> tuple[Runs, ...]:
    """Alternative number `k`, from 0, without walking through the others.

    Raises IndexError when there are not so many.
    """
    minute = _from(found, minute)
    if not 0 <= k < ways(found, minute):
        raise IndexError(f"there is no tie {k} from minute {minute}")
    runs: list[Runs] = []
    while minute < found.case.total_minutes:
        for arc in found.good_arcs(minute):
            if k < found.nodes[arc.end].ways:
                runs.append((arc.bag_hours, arc.runs))
                minute = arc.end
                break
            k -= found.nodes[arc.end].ways
    return tuple(runs)


def rank(found: Search, runs: Sequence[Runs]) -> int | None:
    """The `k` for which `tie` gives these runs; None when they are none of the best plans."""
    minute, before = found.case.delivered_minutes, 0
    for hours, ran in runs:
        if minute >= found.case.total_minutes or minute not in found.nodes:
            return None
        for arc in found.good_arcs(minute):
            if (arc.bag_hours, arc.runs) == (hours, ran):
                break
            before += found.nodes[arc.end].ways
        else:
            return None
        minute += ran
    return before if minute == found.case.total_minutes else None


def _from(found: Search, minute: int | None) -> int:
    return found.case.delivered_minutes if minute is None else minute
