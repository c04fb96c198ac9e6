"""From cycles to the rows of the board: who needs someone first is on top."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dashboards.facts import DAY, SECONDS_PER_HOUR, SOON, Facts
from display.formats import day_word, elapsed, plain, short_number, time24
from infusions.cover import words as cover_words
from infusions.cover.bag_now import Need
from infusions.cover.links import attendance_needed_at
from infusions.models import Cycle
from infusions.pharmacy.holds import open_holds
from monitoring.alerts import alerts_by_patient
from visits.coverage import is_sure
from visits.words import state_of

# (need, whether the infusion ends with this bag) -> what is said
WRONG = {
    (Need.OVERDUE, False): gettext_noop("Change overdue by %(time)s"),
    (Need.OVERDUE, True): gettext_noop("End overdue by %(time)s"),
    (Need.EXPIRED, False): gettext_noop("Bag expired %(time)s ago"),
    (Need.EXPIRED, True): gettext_noop("Bag expired %(time)s ago"),
    (Need.EMPTY, False): gettext_noop("Bag empty for %(time)s, change overdue"),
    (Need.EMPTY, True): gettext_noop("Bag empty for %(time)s, end overdue"),
    (Need.RAN_EMPTY, False): gettext_noop("Bag empty for %(time)s: record the stop"),
    (Need.RAN_EMPTY, True): gettext_noop("Bag empty for %(time)s, end overdue"),
}


@dataclass
class Group:
    key: str
    title: str
    level: str = ""
    rows: list = field(default_factory=list)


def groups_of(cycles, at: datetime) -> list[Group]:
    groups = {
        "now": Group("now", _("Act now"), "critical"),
        "soon": Group("soon", _("Next 4 hours")),
        "today": Group("today", _("Next 24 hours")),
        "later": Group("later", _("Later")),
        "starting": Group("starting", _("Not started")),
    }
    cycles = list(cycles)
    alerts = alerts_by_patient([cycle.patient_id for cycle in cycles])
    rows = [Facts(cycle, at, alerts.get(cycle.patient_id, [])) for cycle in cycles]
    for facts in sorted(rows, key=urgency):
        groups[group_key(facts)].rows.append(row_of(facts))
    return [group for group in groups.values() if group.rows]


def urgency(facts: Facts) -> tuple[int, float]:
    """Stopped, then empty, then findings and whatever was due, the longest first; the others keep
    the order they came in."""
    if facts.stopped_since:
        return 0, facts.stopped_since.timestamp()
    if facts.bag_now and facts.bag_now.is_empty:
        return 1, facts.bag_now.since.timestamp()
    since = [one.since for one in facts.waiting_alerts]
    since += [facts.bag_now.due_at] if facts.is_over else []
    return (2, min(since).timestamp()) if since else (3, 0)


def group_key(facts: Facts) -> str:
    if not facts.is_started:
        return "now" if facts.waiting_alerts else "starting"
    if facts.stopped_since or facts.is_over or facts.waiting_alerts:
        return "now"
    if facts.next_change is None:
        return "later"
    left = facts.next_change - facts.at
    if left <= SOON:
        return "soon"
    return "today" if left <= DAY else "later"


def row_of(facts: Facts) -> dict:
    cycle, patient = facts.cycle, facts.cycle.patient
    zone = patient.care_team.site.zone
    at_home = cycle.responsible_setting == "home"
    distance = f" · {patient.home_distance_km} km" if patient.home_distance_km else ""
    return {
        "level": level_of(facts),
        "url": reverse("dashboards:chart", args=[patient.uuid]),
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "under": f"{patient.birth_date:%d %b %Y} · {short_number(patient.record_number)}",
        "place_icon": "house" if at_home else "bed",
        "place": _("Home") + distance
        if at_home
        else patient.bed or cycle.get_responsible_setting_display(),
        "cycle": f"C{cycle.number} · D{facts.day}" if facts.is_started else f"C{cycle.number}",
        "day": min(facts.day, 28),
        **dose_cells(facts),
        **bag_cells(facts),
        **next_cells(facts, zone),
        **step_cells(facts),
        "chips": chips_of(facts),
    }


def level_of(facts: Facts) -> str:
    key = group_key(facts)
    return {"now": "critical", "soon": "warning"}.get(key, "")


def dose_cells(facts: Facts) -> dict:
    cycle = facts.cycle
    if cycle.dose_mcg_per_day is None:
        return {"dose": "–", "rate": ""}
    return {
        "dose": f"{plain(cycle.dose_mcg_per_day)} mcg/day",
        "rate": f"{plain(cycle.rate_ml_per_h)} mL/h" if cycle.rate_ml_per_h else "",
    }


def bag_cells(facts: Facts) -> dict:
    bag = facts.cycle.current_bag
    if bag is None:
        return {"bag_percent": 0, "bag_state": "planned", "bag_words": _("No bag yet")}
    left_s = facts.bag_left_s
    hours_left = Decimal(left_s) / SECONDS_PER_HOUR
    left_ml = (hours_left * bag.rate_ml_per_h).quantize(Decimal(1))
    return {
        "bag_percent": round(100 * left_s / (bag.bag_hours * SECONDS_PER_HOUR), 1),
        "bag_state": bag_state(facts, left_s),
        "bag_words": _("%(time)s left") % {"time": elapsed(left_s)} if left_s else _("Empty"),
        "bag_detail": length_of(bag.bag_hours),
        "bag_more": _(" bag · %(ml)s mL") % {"ml": left_ml},
    }


def bag_state(facts: Facts, left_s: int) -> str:
    if facts.stopped_since:
        return "stopped"
    if not left_s:
        return "empty"
    return "low" if left_s <= SOON.total_seconds() else "running"


def length_of(hours: int) -> str:
    return f"{hours // 24} d" if hours % 24 == 0 and hours > 96 else f"{hours} h"


def next_cells(facts: Facts, zone: str) -> dict:
    cycle, at = facts.cycle, facts.at
    since = facts.stopped_since
    if since:
        words = _("Stopped %(time)s") % {"time": elapsed(at - since)}
        known = weakest_cells(cycle) if cycle.stopped_at else {}
        return next_cell(_("Not covered"), "", words, "critical") | known
    when = facts.next_change if facts.is_started else cycle.planned_start
    if when is None:
        return next_cell("–", "", "", "")
    time, day = time24(when, zone), day_word(when, zone, at)
    if not facts.is_started:
        if cycle.state == "planned":
            return next_cell(time, day, _("Order not signed"), "warning")
        if at > when:
            words = _("Start overdue by %(time)s") % {"time": elapsed(at - when)}
            return next_cell(time, day, words, "warning")
        return next_cell(time, day, _("Planned start"), "")
    level, words = change_words(facts)
    until = cycle.covered_until or when
    if facts.is_over:
        until = min(until, facts.bag_now.since)
    cell = next_cell(time24(until, zone), day_word(until, zone, at), words, level)
    return cell | weakest_cells(cycle)


def change_words(facts: Facts) -> tuple[str, str]:
    """(level, words) of what is due next at a running infusion."""
    now, at = facts.bag_now, facts.at
    if now.is_wrong:
        return "critical", _(WRONG[now.need, now.is_last]) % {"time": elapsed(at - now.since)}
    words = _("Cycle ends in %(time)s") if now.is_last else _("Change in %(time)s")
    level = "warning" if now.due_at - at <= SOON else "info" if now.is_last else ""
    return level, words % {"time": elapsed(now.due_at - at)}


def weakest_cells(cycle: Cycle) -> dict:
    """What would break first and whose turn it is."""
    link = cycle.weakest_link
    return {
        "weakest": cover_words.link_words(link),
        "weakest_owner": cover_words.owner_words(link),
        "weakest_missing": cover_words.is_missing(link),
    }


def next_cell(time: str, day: str, words: str, level: str) -> dict:
    return {"next_time": time, "next_day": day, "next_words": words, "next_level": level}


def step_cells(facts: Facts) -> dict:
    """Order, made, checked, here, nurse: what the next bag still needs, and one line for it."""
    cycle, planned = facts.cycle, next_planned(facts.cycle)
    if planned is None:
        return {"steps": [], "steps_text": "", "steps_level": ""}
    bag = next((b for b in cycle.waiting_bags if b.planned_id == planned.pk), None)
    place = "home" if cycle.responsible_setting == "home" else cycle.responsible_setting
    done = [
        any(order.signature_id for order in cycle.all_orders),
        bag is not None,
        bag is not None and bag.state == "released",
        bag is not None and bag.place == place,
        nurse_is_sure(cycle),
    ]
    todo = [_("sign the order"), _("make"), _("check"), _("bring here"), _("nurse")]
    names = [_("Order"), _("Made"), _("Checked"), _("Here"), _("Nurse")]
    icons = (
        "clipboard-check",
        "flask-conical",
        "shield-check",
        "package-check",
        "user-round-check",
    )
    late = facts.next_change is not None and facts.next_change - facts.at <= SOON
    first_open = next((i for i, is_done in enumerate(done) if not is_done), None)
    steps = [
        {"icon": icon, "name": name, **step_state(is_done, late and i == first_open)}
        for i, (icon, name, is_done) in enumerate(zip(icons, names, done, strict=True))
    ]
    if holds := open_holds(cycle):
        held = holds[0].get_kind_display()
        return {"steps": steps, "steps_text": held, "steps_level": "critical"}
    if first_open is None:
        return {"steps": steps, "steps_text": _("All ready"), "steps_level": "done"}
    text = _("Next: %(step)s") % {"step": todo[first_open]}
    return {"steps": steps, "steps_text": text, "steps_level": "critical" if late else ""}


def step_state(is_done: bool, is_problem: bool) -> dict:
    if is_done:
        return {"state": "done", "state_text": _("done")}
    if is_problem:
        return {"state": "problem", "state_text": _("problem")}
    return {"state": "todo", "state_text": _("to do")}


def next_planned(cycle: Cycle):
    plan = cycle.current_plans[0] if cycle.current_plans else None
    if plan is None:
        return None
    n = cycle.current_bag.planned.n if cycle.current_bag else 0
    return min((p for p in plan.bags.all() if p.n > n), key=lambda p: p.n, default=None)


def nurse_is_sure(cycle: Cycle) -> bool:
    """On the ward somebody is always there; at home an accepted visit falls on the time needed."""
    if cycle.responsible_setting != "home":
        return True
    needed_at = attendance_needed_at(cycle) if cycle.state == "running" else None
    return needed_at is not None and is_sure(cycle.open_visits, needed_at)


def chips_of(facts: Facts) -> list[dict]:
    cycle, chips = facts.cycle, [alert_chip(one) for one in facts.alerts]
    if cycle.open_reports:
        chips.append({"level": "critical", "text": _("Stop reported")})
    since = facts.stopped_since
    if since:
        left = since + SOON - facts.at
        text = (
            _("4 h mark in %(time)s") % {"time": elapsed(left)}
            if left > timedelta(0)
            else _("4 h reached")
        )
        chips.append({"level": "critical", "text": text})
    for hold in open_holds(cycle):
        chips.append({"level": "critical", "text": hold.get_kind_display()})
    if any(state_of(visit, facts.at).key == "missed" for visit in cycle.open_visits):
        chips.append({"level": "warning", "text": _("Visit missed")})
    if cycle.current_bag and cycle.current_bag.lacks_second_check:
        chips.append({"level": "critical", "text": _("SINGLE-CHECKED bag")})
    if cycle.change_waiting:
        chips.append({"level": "warning", "text": _("Change waiting")})
    if cycle.open_handoffs:
        chips.append({"level": "info", "text": _("Handoff waiting")})
    if cycle.patient.allergy_status == "unknown":
        chips.append({"level": "warning", "text": _("Allergies not known")})
    if cycle.state == "planned":
        chips.append({"level": "info", "text": _("Order to sign")})
    return chips


def alert_chip(alert) -> dict:
    if alert.is_waiting:
        return {"level": "critical", "text": alert.text}
    words = {"finding": alert.text, "who": alert.taken_by}
    return {"level": "warning", "text": _("%(finding)s · %(who)s is on it") % words}


def tiles_of(groups: list[Group], chosen: str) -> list[dict]:
    counts = {group.key: len(group.rows) for group in groups}
    running = sum(n for key, n in counts.items() if key != "starting")
    tiles = [
        ("now", _("Act now"), _("stopped, overdue, empty, or a finding"), "critical"),
        ("soon", _("Change in 4 h"), _("or the end of a cycle"), ""),
        ("today", _("Change in 24 h"), _("after the next 4 hours"), ""),
        ("starting", _("Not started"), _("planned or ordered"), ""),
    ]
    shown = [
        {
            "key": key,
            "n": counts.get(key, 0),
            "title": title,
            "more": more,
            "level": level if counts.get(key) else "",
            "current": key == chosen,
        }
        for key, title, more, level in tiles
    ]
    everyone = {"key": "", "n": running, "title": _("All running"), "more": "", "level": ""}
    return [*shown, {**everyone, "current": not chosen}]
