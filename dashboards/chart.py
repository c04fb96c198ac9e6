"""Everything the patient page shows, read once."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.bags import bag_rows
from dashboards.facts import Facts
from dashboards.links import links_for
from dashboards.path import path_of_next_bag
from dashboards.strip import strip_of
from education.queries import still_to_teach
from handoffs.queries import handoffs_of
from infusions.cover import words as cover_words
from infusions.cover.slack import running_slack
from infusions.models import Cycle
from infusions.pharmacy.custody import where_is
from infusions.pharmacy.holds import hold_words, open_holds
from infusions.queries import (
    next_cycle_not_before,
    next_to_hang,
    planned_changes,
    timeline_of,
)
from monitoring.alerts import alerts_of
from monitoring.flowsheet import chart_of as vitals_chart_of
from monitoring.forms import TakeOnForm
from monitoring.queries import due_observations, vitals_of
from notifications.queries import reminders_of
from teams.permissions import Permission, can
from visits.queries import visits_of

FOUR_HOURS = timedelta(hours=4)
VITALS_H = 72


@dataclass(frozen=True)
class Upcoming:
    planned: object
    bag: object


def chart_of(patient, user, at) -> dict:
    cycle = newest_cycle(patient)
    context = {
        "patient": patient,
        "cycle": cycle,
        "zone": patient.care_team.site.zone,
        "links": links_for(patient, cycle, user),
        "reminders": [(row, words_of(row)) for row in reminders_of(patient)],
        "learners_to_teach": still_to_teach(patient, cycle),
        "at": at,
    }
    if cycle is not None:
        context |= cycle_context(cycle, user, at)
    return context


def newest_cycle(patient) -> Cycle | None:
    """The open cycle, else the last one, with what `Facts` needs."""
    cycle = (
        patient.cycles.select_related("current_bag__planned", "patient__care_team__site")
        .order_by("-pk")
        .first()
    )
    if cycle is not None:
        cycle.open_reports = list(cycle.stop_reports.filter(state="open"))
    return cycle


def cycle_context(cycle, user, at) -> dict:
    facts = Facts(cycle, at)
    changes = planned_changes(cycle, at)
    upcoming = next_bag(cycle, changes)
    return {
        "facts": facts,
        "day": facts.day,
        "delivered_h": in_hours(facts.delivered_s),
        "left_h": in_hours(max(0, cycle.total_hours * 3600 - facts.delivered_s)),
        "bag_percent": bag_percent(facts),
        "bag_state": bag_state(facts),
        "bag_is_empty": facts.bag_left_s == 0,
        "bag_left": timedelta(seconds=facts.bag_left_s),
        "banner": stop_banner(facts),
        "banner_actions": banner_actions(cycle, user),
        "cover": cover_context(facts),
        "strip": strip_of(cycle, at),
        "next_cycle_at": next_cycle_at(cycle),
        "changes": changes,
        "bag_path": path_of_next_bag(cycle, user, upcoming.planned, upcoming.bag, at),
        "bags": bag_rows(cycle, changes),
        "where": where_is(upcoming.bag) if upcoming.bag else None,
        "holds": [hold_words(hold, cycle) for hold in open_holds(cycle)],
        "timeline": list(timeline_of(cycle))[-8:],
        "due": due_observations(cycle, at),
        **vitals_context(cycle, at),
        "alerts": alerts_of(cycle),
        "may_take_on": can(user, Permission.OBSERVE),
        "take_on": TakeOnForm(),
        "now": facts.bag_now,
        "handoffs": handoffs_of(cycle),
        "visits": visits_of(cycle),
        "order": cycle.orders.select_related("signature").order_by("-pk").first(),
        "may_give": can(user, Permission.GIVE_MEDICATION),
        "medications": cycle.medications.filter(corrected_by=None, is_withdrawn=False).order_by(
            "-given_at"
        )[:6],
    }


def cover_context(facts: Facts) -> dict | None:
    """Covered until, what breaks first, and how long a pause the running bag can still take."""
    cycle = facts.cycle
    if not facts.is_started:
        return None
    link = cycle.weakest_link
    return {
        "until": None if facts.stopped_since else cycle.covered_until or facts.next_change,
        "is_over": facts.is_over,
        "weakest": cover_words.link_words(link),
        "owner": cover_words.owner_words(link),
        "missing": cover_words.is_missing(link),
        "lines": cover_words.lines_of(cycle),
        "slack": running_slack(cycle, facts.at),
        "paid_until": cycle.paid_until,
    }


def next_cycle_at(cycle):
    """Known once the cycle has ended as planned; after a discontinuation the doctor decides."""
    if cycle.state != Cycle.State.ENDED:
        return None
    return next_cycle_not_before(cycle, cycle.ended_at)


def words_of(reminder) -> str:
    """What a reminder says, in the words of its message."""
    return render_to_string(f"notifications/messages/{reminder.kind}.subject").strip()


def vitals_context(cycle, at) -> dict:
    rows = list(vitals_of(cycle, at - timedelta(hours=VITALS_H)))
    zone = cycle.patient.care_team.site.zone
    age = cycle.patient.age_years(at.date())
    chart = None
    if rows:
        chart = vitals_chart_of(rows, at=at, zone=zone, hours=VITALS_H, age_years=age)
    return {"last_vitals": rows[-1] if rows else None, "vitals_chart": chart}


def in_hours(seconds: int) -> Decimal:
    """Hours to one tenth, as the ledger says them; rounded down: never more than was given."""
    return (Decimal(seconds) / 3600).quantize(Decimal("0.1"), ROUND_DOWN)


def next_bag(cycle, changes) -> Upcoming:
    if cycle.state not in Cycle.OPEN:
        return Upcoming(None, None)
    coming = next_to_hang(changes)
    return Upcoming(coming.planned, coming.bag) if coming else Upcoming(None, None)


def bag_state(facts: Facts) -> str:
    if facts.stopped_since:
        return "stopped"
    return "running" if facts.bag_left_s else "empty"


def bag_percent(facts: Facts) -> float:
    bag = facts.cycle.current_bag
    return round(100 * facts.bag_left_s / (bag.bag_hours * 3600), 1) if bag else 0


def stop_banner(facts: Facts) -> dict | None:
    """The one interruption clock: a recorded stop, or a reported one until it is confirmed."""
    since = facts.stopped_since
    if since is None:
        return None
    limit_at = since + FOUR_HOURS
    reported = facts.cycle.stopped_at is None
    return {
        "since": since,
        "limit_at": limit_at,
        "limit_seconds": int(FOUR_HOURS.total_seconds()),
        "percent": min(100, round(100 * (facts.at - since) / FOUR_HOURS, 1)),
        "zone": facts.cycle.patient.care_team.site.zone,
        "title": _("Stop reported, not confirmed:") if reported else _("Infusion stopped for"),
        "reason": _("Never flush the line."),
        "rule": _("From 4 h on, a restart needs supervision and premedication by the label set."),
        "limit_label": _("4 h reached"),
        "over_text": _("4 h reached: ask the prescriber before any restart."),
    }


def banner_actions(cycle, user) -> list[dict]:
    """What to do about the stop: only what this person may do, and the number to call."""
    actions = []
    if can(user, Permission.STOP_INFUSION):
        for report in cycle.open_reports:
            confirm = reverse("infusions:close_report", args=[report.uuid])
            actions.append(action(_("Confirm or close the report"), confirm, "critical"))
    if cycle.state == "interrupted":
        if can(user, Permission.RUN_INFUSION):
            resume = reverse("infusions:resume", args=[cycle.uuid])
            actions.append(action(_("Record the restart"), resume, "critical"))
        answer = reverse("infusions:prescriber_answer", args=[cycle.uuid])
        if can(user, Permission.DECIDE):
            actions.append(action(_("Answer as prescriber"), answer, "critical"))
        else:
            actions.append(action(_("Prescriber's answer"), answer, "plain"))
    if cycle.patient.phone and cycle.responsible_setting == "home":
        actions.append(action(_("Call the patient"), f"tel:{cycle.patient.phone}", "plain"))
    return actions


def action(label: str, url: str, level: str) -> dict:
    return {"label": label, "url": url, "level": level}
