"""What is due before a start, a dose step or a restart, and whether it was given in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from .instants import utc
from .label import Label
from .label_rows import PremedicationRow
from .stops import HardStop, Stop
from .units import mg, plain, round_bsa

Event = Literal["cycle_start", "step", "restart"]
Needed = Literal["yes", "no", "ask"]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class PremedicationDue:
    """`needed`: yes, no, or ask the prescriber. `timing` says what `minutes_before` means:
    "at_least" that long before, "within" that long before, or any time "before".
    """

    needed: Needed
    drug: str
    dose_mg: Decimal | None
    route: str
    window_text: str
    minutes_before: int | None
    alternatives: tuple[str, ...]
    text: str
    source: str
    row_id: str
    timing: str = "before"


def due(
    label: Label,
    *,
    age_years: int,
    indication: str,
    cycle_no: int,
    event: str,
    bsa_m2: Decimal | None,
    gap: timedelta | None = None,
) -> PremedicationDue:
    """What the label set says about premedication at this event; silence becomes "ask".

    `gap` is the length of the interruption before a restart; None means long enough to count.
    Raises HardStop when a per-m2 dose needs a body surface that is missing.
    """
    if event == "restart" and gap is not None and not counts(label, gap):
        return _short_gap(label)
    population = population_of(label, age_years)
    for row in label.premedications:
        if _matches(row, population, indication, cycle_no, event):
            return _ask(row) if row.refuse_planning() else _from_row(row, bsa_m2)
    return _silent(label)


def given_in_time(
    due: PremedicationDue,
    given_at: datetime | None,
    event_at: datetime,
    window_min: tuple[int, int] | None,
) -> Stop | None:
    """What is wrong with the time a premedication was given, or None.

    `window_min` is the site's window, least and most minutes before the event; without one the
    wording of the label set counts.
    """
    if due.needed != "yes":
        return _answer_missing(due) if due.needed == "ask" and given_at is None else None
    if given_at is None:
        message = f"{due.drug.capitalize()} is due before this. Give it and record it first."
        return Stop("premedication.missing", message, due.source, field="premedication")
    before = utc(event_at, field="event_at") - utc(given_at, field="given_at")
    return _outside(due, before, *window_of(due, window_min))


def window_of(due: PremedicationDue, window_min: tuple[int, int] | None) -> tuple[int, int | None]:
    """Least and most minutes before the event: the site's window, else the label set's wording.
    None as the most: the label set names no earliest time."""
    return window_min or _label_window(due)


def counts(label: Label, gap: timedelta) -> bool:
    """Whether a gap is long enough to change the restart (exactly the limit counts)."""
    return gap >= timedelta(minutes=label.restart.supervised_from_minutes)


def population_of(label: Label, age_years: int) -> Literal["adult", "child"]:
    """Adult or child, by the age the label set draws the line at."""
    return "adult" if age_years >= label.course.adult_from_years else "child"


def _matches(
    row: PremedicationRow, population: str, indication: str, cycle_no: int, event: str
) -> bool:
    same = (row.population, row.indication, row.event) == (population, indication, event)
    return same and row.first_cycle <= cycle_no <= row.last_cycle


def _from_row(row: PremedicationRow, bsa_m2: Decimal | None) -> PremedicationDue:
    return PremedicationDue(
        needed="yes" if row.needed == "yes" else "no" if row.needed == "no" else "ask",
        drug=row.drug,
        dose_mg=_dose(row, bsa_m2),
        route=row.route,
        window_text=row.window_text,
        minutes_before=row.minutes_before,
        alternatives=row.alternatives,
        text=row.text,
        source=row.source,
        row_id=row.row_id,
        timing=row.timing,
    )


def _dose(row: PremedicationRow, bsa_m2: Decimal | None) -> Decimal | None:
    if row.mg_per_m2 is None:
        return row.dose_mg
    if bsa_m2 is None:
        message = f"{row.drug.capitalize()} is dosed by body surface. Enter weight and height."
        raise HardStop(Stop("premedication.bsa_missing", message, row.source, field="height_cm"))
    dose = mg(row.mg_per_m2 * round_bsa(bsa_m2))
    return dose if row.max_mg is None else min(dose, row.max_mg)


def _ask(row: PremedicationRow) -> PremedicationDue:
    text = f"Row {row.row_id} is not verified. Ask the prescriber. {row.text}"
    return _without_drug("ask", text, row.source, row.row_id)


def _silent(label: Label) -> PremedicationDue:
    text = f"{label.title} does not say whether premedication is due here. Ask the prescriber."
    return _without_drug("ask", text, "", "premedication.silent")


def _short_gap(label: Label) -> PremedicationDue:
    limit = plain(Decimal(label.restart.supervised_from_minutes) / 60)
    text = f"The gap is shorter than {limit} h: no premedication is asked for."
    return _without_drug("no", text, label.restart.source, label.restart.row_id)


def _without_drug(needed: Needed, text: str, source: str, row_id: str) -> PremedicationDue:
    return PremedicationDue(needed, "", None, "", "", None, (), text, source, row_id)


def _answer_missing(due: PremedicationDue) -> Stop:
    return Stop("premedication.ask", due.text, due.source, "soft", field="premedication")


def _label_window(due: PremedicationDue) -> tuple[int, int | None]:
    if due.minutes_before is None or due.timing == "before":
        return 0, None
    return (0, due.minutes_before) if due.timing == "within" else (due.minutes_before, None)


def _outside(due: PremedicationDue, before: timedelta, least: int, most: int | None) -> Stop | None:
    if before < timedelta(0):
        message = "The premedication was recorded after this event. Check both times."
        return Stop("premedication.after_event", message, due.source, field="premedication")
    if before < least * MINUTE:
        message = f"The premedication must act {least} min first. Wait until then."
        return Stop("premedication.too_late", message, due.source, field="premedication")
    if most is not None and before > most * MINUTE:
        message = f"The premedication was more than {most} min before. Ask the prescriber."
        return Stop("premedication.too_early", message, due.source, field="premedication")
    return None
