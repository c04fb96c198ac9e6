"""Bags that two people read differently, for tests."""

from decimal import Decimal

from infusions.actions.checks import check_bag, read_again
from infusions.actions.disputes import decide_dispute, read_drawn_as_third
from tests.infusions.planning import made, reading
from tests.people import PASSWORD, join, make_person

OTHER = {"drawn_ml": Decimal("17")}
SIGNED = ("password", "statement")


def rereading(cast, clock, bag, **changes):
    """What the maker reads when asked once more, or a third person before both sets are shown."""
    read = reading(cast, clock, bag, **{"by": cast.tom, **changes})
    return {name: value for name, value in read.items() if name not in SIGNED}


def disputed(cast, clock, *, bag=None, **wrong):
    """Read by Farid twice, and twice not as it was logged."""
    bag = bag or made(cast, clock)
    wrong = wrong or OTHER
    check_bag(**reading(cast, clock, bag, **wrong))
    read_again(**rereading(cast, clock, bag))
    check_bag(**reading(cast, clock, bag, **wrong))
    bag.refresh_from_db()
    return bag


def fourth_pharmacist(cast):
    return join(make_person("paul", cast.organisation, role="pharmacist", first="Paul"), cast.team)


def third_reads(cast, clock, bag, **changes):
    facts = rereading(cast, clock, bag, **{"by": cast.petra, **changes})
    return read_drawn_as_third(subject=facts.pop("bag"), **facts)


def decided(cast, clock, subject, decision, **changes):
    facts = {
        "by": cast.petra,
        "reason": "read it with both of them",
        "password": PASSWORD,
        "statement": "I decide.",
        "at": clock.now,
    }
    return decide_dispute(subject=subject, decision=decision, **{**facts, **changes})
