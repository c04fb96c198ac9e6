"""What the plan page, the compare page and an old plan show. Reads only."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from infusions import queries
from infusions.line_care import LineCare, line_care
from infusions.models import Bag, BagPlan, Cycle
from infusions.plans.choices import ties_of
from infusions.plans.next import next_bags
from infusions.plans.order_words import order_notes
from infusions.plans.planning import missing_lengths
from infusions.plans.proposals import NOT_STARTED, Proposal, in_force, rest_of
from infusions.plans.strip import strip_of
from infusions.plans.table import BagRow, rows_of
from infusions.plans.words import GOAL_NAMES, figure, moment_of, ties_words

MOST_TIES = 60


def facts_of(shown: Proposal, at: datetime, *, key: str = "plan", movable: bool = True) -> dict:
    """Everything about one plan that any page shows."""
    rows = rows_of(shown, at)
    movable = movable and can_change(shown.cycle)
    strip = strip_of(shown, rows, key=key, movable=movable, now=at)
    return {
        "shown": shown,
        "plan": shown.plan,
        "rows": rows,
        "strip": strip,
        "figures": figures_of(shown),
        "proof": proof_of(shown),
        "vials": sum(row.recipe.vials for row in rows if row.recipe),
        "no_slack": [row for row in rows if row.no_slack],
        "unpreparable": [row for row in rows if row.times and row.times.stop],
        "notes": calendar_notes(shown, rows),
        "line": line_of(shown, rows),
        **end_facts(shown, rows),
    }


def proof_of(shown: Proposal) -> str:
    if shown.is_best:
        return ties_words(shown.best.ties)
    return _("Not the best: see what the best plan has")


def figures_of(shown: Proposal) -> list[dict]:
    """One line a goal, most important first: this plan, the best, the runner-up."""
    runner = shown.best.runner_up
    return [
        {
            "goal": goal,
            "name": GOAL_NAMES[goal],
            "value": figure(goal, shown.choice.cost[goal]),
            "number": shown.choice.cost[goal],
            "best": figure(goal, shown.best.cost[goal]),
            "runner_up": figure(goal, runner[goal]) if runner else "–",
            "is_worse": shown.choice.cost[goal] > shown.best.cost[goal],
        }
        for goal in shown.case.goals
    ]


def end_facts(shown: Proposal, rows: list[BagRow]) -> dict:
    """When the cycle ends by this plan and when the next may start."""
    ends_at = rows[-1].ends_at if rows else None
    if ends_at is None:
        return {"ends_at": None, "next_cycle_at": None}
    following = queries.next_cycle_not_before(shown.cycle, ends_at)
    return {"ends_at": ends_at, "next_cycle_at": following}


def calendar_notes(shown: Proposal, rows: list[BagRow]) -> list[str]:
    """Holidays a person must know of: the start, a change, the end, the next cycle."""
    notes = []
    start, following = shown.case.local(0), end_facts(shown, rows)["next_cycle_at"]
    if not shown.case.delivered_minutes and is_holiday(shown, start):
        words = _("The start, %(at)s, is a holiday. %(duty)s")
        notes.append(words % {"at": moment_of(start), "duty": duty_words(shown)})
    for row in rows:
        if row.ends_at and is_holiday(shown, row.ends_local):
            words = _("The end of bag %(n)s, %(at)s, is on a holiday.")
            notes.append(words % {"n": row.n, "at": moment_of(row.ends_local)})
    if following is not None:
        local = following.astimezone(ZoneInfo(shown.zone))
        if is_holiday(shown, local):
            words = _(
                "The earliest start of the next cycle, %(at)s, is a holiday. %(duty)s Waiting "
                "longer is for the prescriber to choose."
            )
            notes.append(words % {"at": moment_of(local), "duty": duty_words(shown)})
    return notes


def duty_words(shown: Proposal) -> str:
    phone = shown.subject.site.phone_24h
    if phone:
        words = _("Who is on duty then is not recorded here: ask on %(phone)s, day and night.")
        return words % {"phone": phone}
    return _("Who is on duty then is not recorded here: ask the ward.")


def is_holiday(shown: Proposal, local: datetime) -> bool:
    return local.date() in shown.case.holidays


def line_of(shown: Proposal, rows: list[BagRow]) -> LineCare | None:
    """Care of the line put onto the bag changes; None where the site plans none."""
    every, cycle = shown.subject.site.line_care_days, shown.cycle
    numbers = {row.n for row in rows}
    hung = cycle.bags.exclude(taken_down_at=None).select_related("planned")
    before = [(bag.planned.n, bag.taken_down_at) for bag in hung if bag.planned.n not in numbers]
    changes = before + [(row.n, row.ends_at) for row in rows if row.ends_at]
    if not every or not changes:
        return None
    begin = cycle.started_at or shown.case.instant(0)
    return line_care(begin, sorted(changes, key=lambda change: change[1]), every)


def line_warning(shown: Proposal, line: LineCare | None, at: datetime) -> str:
    """What a what-if adds: care that no longer falls on a bag change breaks the line once more."""
    plan = queries.plan_of(shown.cycle)
    if line is None or shown.plan is not None or plan is None:
        return ""
    current = in_force(shown.cycle, plan)
    own = line_of(current, rows_of(current, at))
    more = line.extra - (own.extra if own else 0)
    if more <= 0:
        return ""
    one, many = "This plan adds one line break.", "This plan adds %(n)s line breaks."
    return ngettext(one, many, more) % {"n": more}


def page_of(shown: Proposal, at: datetime) -> dict:
    """The plan page: one plan, the others that are as good, and what can be asked for."""
    cycle, facts, rest = shown.cycle, facts_of(shown, at), rest_of(shown)
    return {
        **facts,
        "line_warning": line_warning(shown, facts["line"], at),
        "next_bags": next_bags_of(shown),
        "rest": rest,
        "what_if": shown.plan is None,
        "query": shown.what_if.query(shown.zone),
        "missing": missing_lengths(shown.subject),
        "order_notes": order_notes(cycle),
        "may_start": cycle.state in NOT_STARTED,
        "steps_left": can_change(cycle),
        "older": older_plans(cycle),
        "to_review": bags_to_review(cycle),
        "best_url": plan_url(rest, tie=1, fixed=(), length=None) if rest else "",
        **tie_links(rest, this=shown.what_if.query(shown.zone)),
    }


def said_of(shown: Proposal, rows: list[BagRow]) -> str:
    """What a what-if came to, for who hears the page instead of seeing it."""
    if shown.plan is not None:
        return ""
    cost = shown.choice.cost
    words = _(
        "%(outside)s changes outside their window, %(home)s attendances at home, %(bags)s bags. "
        "Nothing is saved."
    )
    figures = {"outside": cost["outside_window"], "home": cost["home_attendances"]}
    found = words % {**figures, "bags": cost["bags"]}
    if not shown.choice.fixed:
        return found
    moved = rows[len(shown.choice.fixed) - 1]
    ends = _("Bag %(n)s ends %(at)s.") % {"n": moved.n, "at": moment_of(moved.ends_local)}
    return f"{ends} {found}"


def can_change(cycle: Cycle) -> bool:
    running = cycle.state == Cycle.State.RUNNING and cycle.next_change_at is not None
    return cycle.state in NOT_STARTED or running


def next_bags_of(shown: Proposal) -> dict | None:
    """The lengths of a bag hung at the time asked for, each with the address of its plan."""
    found = next_bags(shown)
    if found is None:
        return None
    rows = [
        {"bag": bag, "url": plan_url(shown, length=bag.hours, tie=None, fixed=())}
        for bag in found["lengths"]
    ]
    return {**found, "lengths": rows}


def older_plans(cycle: Cycle) -> list[BagPlan]:
    return list(cycle.plans.filter(is_current=False).select_related("accepted_by").order_by("-pk"))


def bags_to_review(cycle: Cycle) -> list[Bag]:
    """Made, not hung, and without a place in the plan in force."""
    rows = cycle.bags.filter(state__in=[Bag.State.MADE, Bag.State.RELEASED])
    return list(rows.filter(planned__plan__is_current=False).select_related("planned"))


def tie_links(shown: Proposal | None, *, this: str) -> dict:
    """Addresses of the plan before and after, and the list of those that are as good. `this` is
    the address of the plan on the page."""
    if shown is None or shown.choice.ties < 2 or not (shown.is_best or shown.choice.fixed):
        return {"tie_list": [], "tie_before": "", "tie_after": ""}
    choice = shown.choice

    def address(tie: int) -> str:
        return plan_url(shown, tie=tie)

    return {
        "tie_before": address(choice.tie - 1) if choice.tie > 1 else "",
        "tie_after": address(choice.tie + 1) if choice.tie < choice.ties else "",
        "tie_list": tie_list(shown, address, this) if not choice.fixed else [],
        "tie_list_is_cut": choice.ties > MOST_TIES,
        "tie": choice.tie,
        "ties": choice.ties,
    }


def tie_list(shown: Proposal, address, this: str) -> list[dict]:
    """Each tie by the days of its changes at home, which is what a family asks about."""
    return [
        {
            "tie": one.tie,
            "url": address(one.tie),
            "compare": compare_url(shown, one.tie, this),
            "changes": [moment_of(bag.ends_at) for bag in one.bags if is_home(shown, bag)],
            "hours": [bag.bag_hours for bag in one.bags],
            "is_shown": one.tie == shown.choice.tie and shown.is_best,
        }
        for one in ties_of(shown.found, MOST_TIES)
    ]


def is_home(shown: Proposal, bag) -> bool:
    return shown.case.is_home_attendance(bag.minute + bag.runs_minutes)


def plan_url(shown: Proposal, **changes) -> str:
    query = shown.what_if.query(shown.zone, **changes)
    path = reverse("infusions:plan", args=[shown.cycle.uuid])
    return f"{path}?{query}" if query else path


def compare_url(shown: Proposal, tie: int, this: str) -> str:
    """The plan on the page beside tie `tie`."""
    other = shown.what_if.query(shown.zone, tie=tie)
    path = reverse("infusions:compare_plans", args=[shown.cycle.uuid])
    return f"{path}?{urlencode({'a': this, 'b': other})}"


def move_links(shown: Proposal, rows: list[BagRow]) -> dict[int, dict[str, str]]:
    """Per bag number the addresses "a day earlier" and "a day later" of its end."""
    day = timedelta(days=1) // timedelta(minutes=1)
    base = move_url(shown)
    return {
        row.n: {
            "earlier": f"{base}move={row.n}.{row.end_minute - day}",
            "later": f"{base}move={row.n}.{row.end_minute + day}",
        }
        for row in rows
        if row.movable and row.end_minute > day
    }


def move_url(shown: Proposal) -> str:
    address = plan_url(shown)
    return f"{address}{'&' if '?' in address else '?'}"
