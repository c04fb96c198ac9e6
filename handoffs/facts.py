"""What the chart says at the moment of sending: prefilled, then frozen with the handoff."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from display.formats import plain, when
from handoffs.warnings import cover_at_home
from infusions import queries as infusions
from infusions.cover import words as cover_words
from infusions.cover.links import cover_of
from patients.queries import current


def facts_of(cycle, at: datetime) -> dict:
    """Plain, JSON-ready; instants as ISO text. What is not known is null, never left out."""
    bag, cover = cycle.current_bag, cover_of(cycle)
    there = cover_at_home(cycle) if cycle.responsible_setting != "home" else None
    return {
        "taken_at": at.isoformat(),
        "state": cycle.state,
        "infusion_day": infusions.infusion_day(cycle, at),
        "delivered_h": str(infusions.elapsed_at(cycle, at) // timedelta(hours=1)),
        "dose_mcg_per_day": _text(cycle.dose_mcg_per_day),
        "rate_ml_per_h": _text(cycle.rate_ml_per_h),
        "bag_code": bag.code if bag else None,
        "covered_until": _iso(cover.until),
        "weakest_link": cover.weakest,
        "covered_at_home_until": _iso(there.until) if there else None,
        "weakest_at_home": there.weakest if there else None,
        "next_change_at": _iso(cycle.next_change_at),
        "expected_end_at": _iso(cycle.expected_end_at),
        "stopped_at": _iso(cycle.stopped_at),
        "allergies": [allergy.substance for allergy in current(cycle.patient.allergies)],
        "allergy_status": cycle.patient.allergy_status,
        "seizures": [p.text for p in current(cycle.patient.problems) if p.is_seizure],
        "newest_vitals": _newest_vitals(cycle),
    }


def rows_of(facts: dict, zone: str, now: datetime) -> list[tuple[str, str]]:
    """(what, words) for people; unknown stays visible as unknown."""

    def moment(name: str) -> str:
        value = facts.get(name)
        return when(datetime.fromisoformat(value), zone, now) if value else _("unknown")

    def figure(name: str, unit: str) -> str:
        return f"{facts[name]} {unit}" if facts.get(name) else _("unknown")

    rows = [
        (_("Infusion day"), str(facts["infusion_day"])),
        (_("Delivered so far"), figure("delivered_h", "h")),
        (_("Dose"), figure("dose_mcg_per_day", "mcg/day")),
        (_("Pump rate"), figure("rate_ml_per_h", "mL/h")),
        (_("Bag"), facts["bag_code"] or _("none")),
        (_("Covered until"), _covered(facts, "covered_until", "weakest_link", moment)),
        (_("Next bag change"), moment("next_change_at")),
        (_("Planned end"), moment("expected_end_at")),
        (_("Allergies"), _allergies(facts)),
        (_("Seizures in history"), ", ".join(facts["seizures"]) or _("none recorded")),
        (_("Newest vital signs"), _vitals(facts["newest_vitals"], zone, now)),
    ]
    if facts.get("covered_at_home_until"):
        at_home = _covered(facts, "covered_at_home_until", "weakest_at_home", moment)
        rows.insert(6, (_("Covered at home until"), at_home))
    if facts.get("stopped_at"):
        rows.insert(0, (_("Stopped since"), moment("stopped_at")))
    return rows


def prefilled(cycle, at: datetime) -> dict:
    """First words for the sender, from data; the sender corrects and signs them."""
    site = cycle.patient.care_team.site
    rows = rows_of(facts_of(cycle, at), site.zone, at)
    summary = "\n".join(f"{what}: {words}" for what, words in rows)
    phone = site.phone_24h or _("the ward")
    return {
        "summary": summary,
        "actions": "\n".join(_actions(cycle, site.zone)),
        "contingency": "\n".join(
            [
                _("The pump stops or alarms -> Note the time, report the stop, phone %s.") % phone,
                _("Confusion, trouble speaking or a seizure -> Stop the infusion, phone %s.")
                % phone,
            ]
        ),
    }


def _actions(cycle, zone: str) -> list[str]:
    nurse = _("Home nurse")
    found = [
        (_("Bag change"), cycle.next_change_at),
        (_("End and disconnect"), cycle.expected_end_at),
    ]
    return [f"{what} | {nurse} | {local_text(at, zone)}" for what, at in found if at is not None]


def local_text(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def as_offered(handoff, zone: str) -> dict:
    """The lines of an offer as its form takes them."""
    names = ("to_setting", "to_nurse", "planned_transfer_at", "severity", "summary")
    names += ("warnings_reason",)
    return {
        **{name: getattr(handoff, name) for name in names},
        "actions": "\n".join(_action_line(one, zone) for one in handoff.actions),
        "contingency": "\n".join(f"{one['if']} -> {one['then']}" for one in handoff.contingency),
    }


def _action_line(one: dict, zone: str) -> str:
    due_at = one.get("due_at")
    due = [local_text(datetime.fromisoformat(due_at), zone)] if due_at else []
    return " | ".join([one["what"], one["owner"], *due])


def _covered(facts: dict, until: str, weakest: str, moment) -> str:
    """The time and what would break first, in the words of the chart."""
    link = facts.get(weakest)
    if facts["state"] == "interrupted":
        return _("not covered while it is stopped")
    words = [cover_words.link_words(link), cover_words.owner_words(link)] if link else []
    return " · ".join([moment(until), *words])


def _allergies(facts: dict) -> str:
    if facts["allergies"]:
        return ", ".join(facts["allergies"])
    return _("none known") if facts["allergy_status"] == "none_known" else _("unknown: ask")


def _newest_vitals(cycle) -> dict | None:
    row = cycle.vitals.filter(corrected_by=None).order_by("-measured_at", "-pk").first()
    if row is None:
        return None
    return {
        "measured_at": row.measured_at.isoformat(),
        "temperature_c": _text(row.temperature_c),
        "heart_rate_per_min": row.heart_rate_per_min,
        "blood_pressure_mmhg": f"{row.systolic_mmhg}/{row.diastolic_mmhg}"
        if row.systolic_mmhg and row.diastolic_mmhg
        else None,
        "spo2_percent": row.spo2_percent,
    }


def _vitals(vitals: dict | None, zone: str, now: datetime) -> str:
    if vitals is None:
        return _("none recorded")
    figures = (
        ("temperature_c", "°C"),
        ("heart_rate_per_min", "/min"),
        ("blood_pressure_mmhg", "mmHg"),
        ("spo2_percent", "% SpO2"),
    )
    said = [f"{vitals[name]} {unit}" for name, unit in figures if vitals[name]]
    return f"{', '.join(said)} ({when(datetime.fromisoformat(vitals['measured_at']), zone, now)})"


def _text(number) -> str | None:
    return plain(number) if number is not None else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
