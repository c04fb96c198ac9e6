"""Whether bags made together would open fewer vials. A hint only: no time follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True)
class Pooled:
    """Vials opened bag by bag, and made together."""

    apart: int
    together: int

    @property
    def saves(self) -> int:
        return self.apart - self.together


def pooled(bags: Sequence[tuple[int, Decimal]], mcg_per_vial: Decimal) -> Pooled:
    """`bags`: (vials of the recipe, micrograms drawn) of bags made one after the other. What is
    left of a vial counts by its labelled content, so that the hint never promises too much.
    """
    apart = sum(vials for vials, _mcg in bags)
    whole = sum((mcg for _vials, mcg in bags), Decimal(0)) / mcg_per_vial
    together = int(whole.to_integral_value(rounding=ROUND_CEILING))
    return Pooled(apart, min(apart, together))
