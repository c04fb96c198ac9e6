"""The weakest link in words: what is missing, and whose turn it is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from infusions.cover.links import links_of
from infusions.models import Cycle
from protocol.coverage import Link, covered_until

LINKS = {
    "next_bag.not_planned": gettext_noop("no next bag in the plan"),
    "next_bag.not_made": gettext_noop("next bag not made"),
    "next_bag.not_checked": gettext_noop("next bag not checked"),
    "next_bag.not_here": gettext_noop("next bag not here"),
    "next_bag.expires": gettext_noop("next bag expires before the change"),
    "next_bag.quarantined": gettext_noop("next bag in quarantine"),
    "next_person.no_visit": gettext_noop("no visit for the change"),
    "next_person.other_time": gettext_noop("the visit is at another time"),
    "next_person.not_accepted": gettext_noop("visit not accepted"),
    "next_person.ward_team": gettext_noop("ward team, not named"),
    "next_person.nobody_named": gettext_noop("no nurse named"),
    "dose_step.other_dose": gettext_noop("this bag holds the dose before the step"),
    "bag_expiry.expires": gettext_noop("bag expires"),
    "bag_empty.empty": gettext_noop("bag runs empty"),
    "cycle_end.end": gettext_noop("end of the cycle"),
    "stopped.stopped": gettext_noop("infusion stopped"),
}
OWNERS = {
    "pharmacy": gettext_noop("Pharmacy"),
    "pharmacist": gettext_noop("Pharmacist"),
    "infusion_nurse": gettext_noop("Ward nurse"),
    "home_nurse": gettext_noop("Home nurse"),
    "case_manager": gettext_noop("Case manager"),
}
TO_ARRANGE = ("next_bag", "next_person")  # somebody can still do something about these


def link_words(link: dict | None) -> str:
    return _(LINKS[f"{link['kind']}.{link['reason']}"]) if link else ""


def owner_words(link: dict | None) -> str:
    """The person when one is known, else the role."""
    return (link["name"] or _(OWNERS[link["owner"]])) if link else ""


def lines_of(cycle: Cycle) -> list[dict]:
    """Every link of a running infusion, the weakest first: what, until when, whose turn."""
    if cycle.state != Cycle.State.RUNNING or cycle.current_bag is None:
        return []
    return [_line(link) for link in covered_until(links_of(cycle)).links]


def _line(link: Link) -> dict:
    facts = {"kind": link.kind, "reason": link.reason, "owner": link.owner, "name": link.name}
    return {"words": link_words(facts), "owner": owner_words(facts), "until": link.until}


def is_missing(link: dict | None) -> bool:
    return bool(link) and link["kind"] in TO_ARRANGE
