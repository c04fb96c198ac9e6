"""Reasons to stop. A rule that refuses raises a HardStop; a rule that asks returns a soft Stop."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["hard", "soft"]


@dataclass(frozen=True)
class Stop:
    """One reason: a stable code, a sentence that says what to do next, and where the rule is from.

    `severity` hard refuses, soft asks. `field` names the form field it belongs to, if any;
    `row_id` the label row it is about, and `link` the address of a page that says more.
    """

    code: str
    message: str
    citation: str = ""
    severity: Severity = "hard"
    field: str = ""
    row_id: str = ""
    link: str = ""


class HardStop(Exception):
    """Refusal with every reason found, the most important first."""

    def __init__(self, stop: Stop, *more: Stop) -> None:
        self.stops: tuple[Stop, ...] = (stop, *more)
        super().__init__(str(self))

    def __str__(self) -> str:
        return " ".join(stop.message for stop in self.stops)
