"""The search of the bag planner: the best way on from every minute a bag can end at.

Forward, which minutes can be reached; backward, for each of them the best cost to the end of the
cycle, how many sequences share it and the best cost that is worse. No bag crosses a boundary, so
every sequence passes each of them, and between two boundaries bags end on whole hours: a few
hundred minutes in all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .planner_case import Case
from .planner_legal import Allowed, Arc, Legal, Runs, attendance_cost


@dataclass(slots=True)
class Node:
    """What is known of the way from one minute to the end of the cycle, and its first bag."""

    best: int
    ways: int
    second: int | None
    bag_hours: int
    runs: int


class Search:
    """The whole answer to one case; made by `search`, then only read.

    `nodes` holds every minute that can be reached and from which the end can be reached;
    `reached` every minute that can be reached at all, ascending.
    """

    def __init__(self, legal: Legal) -> None:
        self.legal, self.case = legal, legal.case
        # The attendance at a minute and the best way on from it, by minute.
        self._arrive: dict[int, int] = {}
        self.reached = self._forward()
        self.nodes = self._backward()

    @property
    def feasible(self) -> bool:
        return self.case.delivered_minutes in self.nodes

    def good_arcs(self, minute: int) -> Iterator[Arc]:
        """The bags that keep the best cost, longest run first."""
        best = self.nodes[minute].best
        for runs, hours, cost in self.legal.steps(minute):
            end = minute + runs
            if end in self._arrive and cost + self._arrive[end] == best:
                yield Arc(hours, runs, end)

    def lead(self, minute: int) -> Iterator[Runs]:
        """The best way on from a minute; of equal ones that with the longest first bags."""
        while minute < self.case.total_minutes:
            node = self.nodes[minute]
            yield node.bag_hours, node.runs
            minute += node.runs

    def _forward(self) -> list[int]:
        total = self.case.total_minutes
        seen, waiting = {self.case.delivered_minutes}, [self.case.delivered_minutes]
        while waiting:
            minute = waiting.pop()
            ends = {minute + runs for runs, _, _ in self.legal.steps(minute)} - seen
            seen |= ends
            waiting.extend(end for end in ends if end < total)
        return sorted(seen)

    def _backward(self) -> dict[int, Node]:
        nodes: dict[int, Node] = {}
        for minute in reversed(self.reached):
            at_end = minute == self.case.total_minutes
            node = Node(0, 1, None, 0, 0) if at_end else self._node(minute, nodes)
            if node is not None:
                nodes[minute] = node
                attendance = attendance_cost(self.case, minute, self.legal.weights)
                self._arrive[minute] = attendance + node.best
        return nodes

    def _node(self, minute: int, nodes: dict[int, Node]) -> Node | None:
        arrive = self._arrive
        ways_on = [
            (cost + arrive[end], hours, runs, end)
            for runs, hours, cost in self.legal.steps(minute)
            if (end := minute + runs) in arrive
        ]
        if not ways_on:
            return None
        best = min(total for total, _, _, _ in ways_on)
        good = [way for way in ways_on if way[0] == best]
        worse = [total for total, _, _, _ in ways_on if total > best]
        # What is second to a good way on is second here too; behind a worse one it never is.
        for _, _, _, end in good:
            after = nodes[end]
            if after.second is not None:
                worse.append(best - after.best + after.second)
        _, hours, runs, _ = good[0]
        ways = sum(nodes[end].ways for _, _, _, end in good)
        return Node(best, ways, min(worse, default=None), hours, runs)


def search(case: Case, allowed: Allowed | None = None, *, first_n: int = 1) -> Search:
    """Solves a checked case; `allowed` and `first_n`: see `Legal`."""
    return Search(Legal(case, allowed, first_n=first_n))
