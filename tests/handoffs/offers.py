from datetime import timedelta

from clock.now import now
from handoffs.actions import offer_handoff
from handoffs.warnings import warnings_of
from tests.factories import key
from tests.people import PASSWORD


def make_offer(cast, cycle, **fields):
    """The ward offers to Hugo at home, transfer in three hours."""
    return offer_handoff(
        **{
            "cycle": cycle,
            "to_setting": "home",
            "to_nurse": cast.hugo,
            "planned_transfer_at": now() + timedelta(hours=3),
            "severity": "stable",
            "summary": "Day 4, well.",
            "actions": [{"what": "Bag change", "owner": "Hugo", "due_at": None}],
            "contingency": [{"if": "Pump stops", "then": "Phone the ward"}],
            "known_warnings": [one.kind for one in warnings_of(cycle, now())],
            "warnings_reason": "Bed needed; the home nurse sees her tonight.",
            "password": PASSWORD,
            "by": cast.nadia,
            "at": now(),
            **fields,
        }
    )


def offer_form(cast, **fields) -> dict:
    return {
        "idempotency_key": key(),
        "to_setting": "home",
        "to_nurse": cast.hugo.pk,
        "planned_transfer_at": "2027-01-04 13:00",
        "severity": "watcher",
        "summary": "Day 4, mild fever yesterday.",
        "actions": "Bag change | Hugo | 2027-01-05 09:00",
        "contingency": "Fever -> Phone the ward",
        "known_warnings": ["supervised"],
        "warnings_reason": "Bed needed; the home nurse sees her tonight.",
        "password": PASSWORD,
        **fields,
    }
