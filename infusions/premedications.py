"""Premedication before a start, a dose step or a restart: what is due, what was given, and whether
it counts. The one judgement behind the gates, the chart and the page where it is recorded."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from display.formats import sentence_case, when
from infusions import values
from infusions.models import Cycle, MedicationGiven, PrescriberAnswer
from protocol import premedication
from protocol.premedication import PremedicationDue
from protocol.stops import Stop
from protocol.units import plain

START, STEP, RESTART = "cycle_start", "step", "restart"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Standing:
    """Whether an event at `at` is open as far as its premedication goes: `stop` says why not.

    What was given counts for an event from `counts_from` until `counts_until`; None: no limit."""

    event: str
    due: PremedicationDue
    given: MedicationGiven | None
    stop: Stop | None
    counts_from: datetime | None = None
    counts_until: datetime | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether anybody has to do something: not when the label set says none is due."""
        return self.due.needed != "no"


def due_before(cycle: Cycle, event: str, at: datetime, gap=None) -> PremedicationDue:
    return premedication.due(
        values.label_of(cycle),
        age_years=cycle.patient.age_years(at.date()),
        indication=cycle.indication,
        cycle_no=cycle.number,
        event=event,
        bsa_m2=cycle.bsa_m2,
        gap=gap,
    )


def standing_of(cycle: Cycle, event: str, at: datetime, gap=None, since=None) -> Standing:
    """As the gate would judge an event that happened at `at`. `since`: what was given earlier
    belongs to another event."""
    due = due_before(cycle, event, at, gap)
    if due.needed == "no":
        return Standing(event, due, None, None)
    given = given_before(cycle, event, at, since)
    if due.needed == "ask":
        return Standing(event, due, given, _asked(cycle, due, given, event))
    if given is None:
        missing = _("%(due)s is due before this. Give it and record it first.")
        stop = Stop("premedication.missing", missing % {"due": dose_words(due)}, due.source)
        return Standing(event, due, None, stop)
    if not is_what_is_due(given, due):
        return Standing(event, due, given, _other(given, due))
    return _in_time(Standing(event, due, given, None), cycle, at)


def window_of(cycle: Cycle, due: PremedicationDue) -> tuple[int, int | None]:
    """Least and most minutes before the event."""
    site = cycle.patient.care_team.site
    return premedication.window_of(due, site.premedication_window_min)


def give_between(cycle: Cycle, due: PremedicationDue, event_at: datetime):
    """When to give it for an event at `event_at`: (not before, until); not before may be None."""
    least, most = window_of(cycle, due)
    earliest = event_at - most * MINUTE if most is not None else None
    return earliest, event_at - least * MINUTE


def given_before(cycle: Cycle, event: str, at: datetime, since=None) -> MedicationGiven | None:
    rows = cycle.medications.filter(purpose="premedication", before=event, given_at__lte=at)
    rows = rows.filter(corrected_by=None, is_withdrawn=False).select_related("recorded_by")
    if since is not None:
        rows = rows.filter(given_at__gte=since)
    return rows.order_by("-given_at", "-pk").first()


def is_what_is_due(given: MedicationGiven, due: PremedicationDue) -> bool:
    """The drug and dose due, or one of the alternatives the label set names."""
    if given.drug.strip().lower() == due.drug.lower():
        return due.dose_mg is None or given.dose_mg == due.dose_mg
    words = f"{given.drug.strip().lower()} {plain(given.dose_mg)} mg"
    return any(words == one.lower() for one in due.alternatives)


def dose_words(due: PremedicationDue) -> str:
    """Drug, dose, unit and route: "Dexamethasone 20 mg IV"."""
    return sentence_case(_plain_words(due))


def _plain_words(due: PremedicationDue) -> str:
    dose = f"{plain(due.dose_mg)} mg" if due.dose_mg is not None else ""
    words = " ".join(part for part in (due.drug, dose, due.route) if part)
    others = "".join(f" {_('or')} {one}" for one in due.alternatives)
    return words + others


def given_words(given: MedicationGiven) -> str:
    parts = (given.drug.strip(), f"{plain(given.dose_mg)} mg", given.route.strip())
    return sentence_case(" ".join(part for part in parts if part))


def window_words(cycle: Cycle, due: PremedicationDue) -> str:
    """ "60 to 90 min before", "at least 60 min before", "at most 60 min before" or "before"."""
    least, most = window_of(cycle, due)
    if most is None:
        return _("at least %(least)s min before") % {"least": least} if least else _("before")
    if not least:
        return _("at most %(most)s min before") % {"most": most}
    return _("%(least)s to %(most)s min before") % {"least": least, "most": most}


def answer_to(cycle: Cycle, event: str) -> PrescriberAnswer | None:
    """The prescriber's newest answer whether to premedicate; of a restart, of this stop only."""
    answers = cycle.answers.filter(question=f"{event}_premedication")
    if event == RESTART:
        answers = answers.filter(answered_at__gte=cycle.stopped_at)
    return answers.order_by("-answered_at", "-pk").first()


def _asked(cycle: Cycle, due: PremedicationDue, given, event: str) -> Stop | None:
    answer = answer_to(cycle, event)
    if answer is None:
        return Stop("premedication.ask", due.text, due.source)
    if answer.premedicate and given is None:
        message = _("The prescriber wants premedication first. Give it and record it.")
        return Stop("premedication.missing", message)
    return None


def _other(given: MedicationGiven, due: PremedicationDue) -> Stop:
    message = _("%(given)s was recorded; due is %(due)s. It does not count.")
    words = {"given": given_words(given), "due": _plain_words(due)}
    return Stop("premedication.other", message % words, due.source)


def _in_time(standing: Standing, cycle: Cycle, at: datetime) -> Standing:
    due, given_at = standing.due, standing.given.given_at
    least, most = window_of(cycle, due)
    site = cycle.patient.care_team.site
    stop = premedication.given_in_time(due, given_at, at, site.premedication_window_min)
    first = given_at + least * MINUTE if least else None
    last = given_at + most * MINUTE if most is not None else None
    found = replace(standing, counts_from=first, counts_until=last)
    if stop is None:
        return found
    message = _time_words(stop, found, (least, most), site.zone, at)
    return replace(found, stop=Stop(stop.code, message, stop.citation))


def _time_words(stop: Stop, standing: Standing, window, zone: str, at: datetime) -> str:
    words = {"given": given_words(standing.given), "least": window[0], "most": window[1]}
    words["at"] = when(standing.given.given_at, zone, at)
    if stop.code == "premedication.too_late":
        words["from"] = when(standing.counts_from, zone, at)
        return _("%(given)s was given %(at)s and must act %(least)s min first: it counts from "
                 "%(from)s.") % words  # fmt: skip
    if stop.code == "premedication.too_early":
        return _("%(given)s was given %(at)s, more than %(most)s min before: it counts no more. "
                 "Ask the prescriber.") % words  # fmt: skip
    return stop.message
