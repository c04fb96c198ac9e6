"""How many cycles of an organisation rest on each row of a label set."""

from dataclasses import dataclass, field

from infusions.models import Bag, Cycle, DoseOrder, PlannedBag
from protocol.label import Label
from protocol.label_rows import (
    BagRow,
    CycleRow,
    DoseRow,
    DurationRow,
    PremedicationRow,
    Row,
    StorageRow,
)


@dataclass(frozen=True)
class Uses:
    """What the cycles of a set are, order and hold."""

    cycles: int
    courses: list[tuple[str, int]]  # indication and number of each cycle
    dose_rows: dict[str, set[int]] = field(default_factory=dict)  # row id -> cycles
    bag_rows: dict[str, set[int]] = field(default_factory=dict)
    lengths: dict[int, set[int]] = field(default_factory=dict)  # hours planned -> cycles
    kept: dict[tuple[bool, int], set[int]] = field(default_factory=dict)

    def of(self, row: Row) -> int:
        """Cycles that rest on this row: through their order, their plan or a bag made from it."""
        if isinstance(row, DoseRow):
            return len(self.dose_rows.get(row.row_id, ()))
        if isinstance(row, BagRow):
            return len(self.bag_rows.get(row.row_id, ()))
        if isinstance(row, DurationRow):
            return len(self.lengths.get(row.hours, ()))
        if isinstance(row, StorageRow):
            return len(self._kept(row))
        if isinstance(row, CycleRow | PremedicationRow):
            return sum(_covers(row, *course) for course in self.courses)
        return self.cycles

    def _kept(self, row: StorageRow) -> set[int]:
        found: set[int] = set()
        for (preservative, hours), cycles in self.kept.items():
            speaks = preservative == row.preservative and (not row.hours or hours in row.hours)
            if speaks or row.item != "bag":
                found |= cycles
        return found


def _covers(row: CycleRow | PremedicationRow, indication: str, number: int) -> bool:
    return row.indication == indication and row.first_cycle <= number <= row.last_cycle


def uses_of(organisation_id: int, rules: Label) -> Uses:
    """Four queries, however many cycles there are."""
    mine = {"patient__organisation": organisation_id, "label_id": rules.id}
    cycles = Cycle.objects.filter(**mine)
    courses = list(cycles.values_list("indication", "number"))
    found = Uses(cycles=len(courses), courses=courses)
    orders = DoseOrder.objects.filter(cycle__in=cycles).values_list("cycle_id", "steps")
    for cycle, steps in orders:
        for step in steps:
            found.dose_rows.setdefault(step.get("row_id", ""), set()).add(cycle)
    bags = Bag.objects.filter(cycle__patient__organisation=organisation_id, label_id=rules.id)
    columns = ("cycle_id", "recipe_row", "preservative", "bag_hours")
    for cycle, row_id, preservative, hours in bags.values_list(*columns):
        found.bag_rows.setdefault(row_id, set()).add(cycle)
        found.kept.setdefault((preservative, hours), set()).add(cycle)
    plans = PlannedBag.objects.filter(plan__cycle__in=cycles, plan__is_current=True)
    for cycle, hours in plans.values_list("plan__cycle_id", "bag_hours").distinct():
        found.lengths.setdefault(hours, set()).add(cycle)
    return found
