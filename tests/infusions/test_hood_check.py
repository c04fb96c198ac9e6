"""Check 1 in the hood: the readings, the dispute, and what nobody may see before."""

from decimal import Decimal

import pytest
from django.urls import reverse

from infusions.actions.disputes import read_drawn_as_third
from infusions.actions.drawn_check import check_drawn
from infusions.actions.making import do_step
from infusions.models import MakeSession
from infusions.pharmacy.make_steps import steps_done
from infusions.pharmacy.make_stops import stops_of
from protocol.stops import HardStop
from tests.infusions.disputes import decided
from tests.infusions.making import (
    drawn_ml,
    hood_reading,
    made_by_steps,
    made_until,
    products,
    scan_of,
)

WRONG = [
    {"lots": f"{scan_of('drug_vial', lot='OTHER')}\n{scan_of('stabiliser')}"},
    {"lots": scan_of("drug_vial")},
    {"lots": f"{scan_of('drug_vial', expiry='281231')}\n{scan_of('stabiliser')}"},
    {"drawn_ml": Decimal(17)},
    {"stabiliser_ml": Decimal(55)},
]


@pytest.fixture
def session(cast, clock):
    products(cast, clock)
    return made_until(cast, clock, "check_drawn")


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def read(cast, clock, session, **changes):
    return check_drawn(**hood_reading(cast, clock, session, **changes))


def draws_again(cast, clock, session):
    facts = {"by": cast.tom, "at": clock.now, "amount_ml": drawn_ml(session)}
    session.refresh_from_db()
    do_step(session=session, key="draw_drug", **facts)
    session.refresh_from_db()


def disputed(cast, clock, session, **wrong):
    wrong = wrong or {"drawn_ml": Decimal(17)}
    read(cast, clock, session, **wrong)
    draws_again(cast, clock, session)
    read(cast, clock, session, **wrong)
    session.refresh_from_db()
    return session


def third_reads(cast, clock, session, **changes):
    facts = hood_reading(cast, clock, session, **{"by": cast.petra, **changes})
    facts = {name: one for name, one in facts.items() if name not in ("password", "statement")}
    return read_drawn_as_third(subject=facts.pop("session"), **facts)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_first_difference_asks_both_the_maker_first(cast, clock, session, wrong):
    assert not read(cast, clock, session, **wrong).agreed
    assert refusal(lambda: read(cast, clock, session)) == "make.maker_first"
    draws_again(cast, clock, session)
    assert read(cast, clock, session).agreed


def test_the_bag_is_released_by_the_reading_in_the_hood(cast, clock, session):
    check = read(cast, clock, session)
    bag = made_by_steps(cast, clock, session=session)
    check.refresh_from_db()
    assert (bag.state, bag.checked_by, check.bag) == ("released", cast.farid, bag)
    assert Decimal(check.signature.content["logged"]["drug_ml"]) == bag.drawn_ml


def test_the_second_difference_stops_the_work(cast, clock, session):
    session = disputed(cast, clock, session)
    assert [stop.code for stop in stops_of(session, cast.tom, clock.now)] == ["make.disputed"]
    assert refusal(lambda: read(cast, clock, session)) == "make.disputed"


def test_a_third_who_reads_the_same_lets_it_go_on(cast, clock, session):
    session = disputed(cast, clock, session)
    assert third_reads(cast, clock, session).agreed
    decided(cast, clock, session, "as_logged")
    assert steps_done(session)["check_drawn"].by == cast.petra
    bag = made_by_steps(cast, clock, session=session)
    assert (bag.state, bag.checked_by) == ("released", cast.petra)


def test_a_third_who_reads_otherwise_has_it_drawn_again(cast, clock, session):
    session = disputed(cast, clock, session)
    third_reads(cast, clock, session, drawn_ml=Decimal(17))
    decided(cast, clock, session, "as_read")
    assert stops_of(session, cast.tom, clock.now) == []
    draws_again(cast, clock, session)
    assert read(cast, clock, session).agreed


def test_a_third_throws_it_away(cast, clock, session):
    session = disputed(cast, clock, session)
    third_reads(cast, clock, session)
    decided(cast, clock, session, "reject")
    session.refresh_from_db()
    assert session.state == MakeSession.State.GIVEN_UP


def test_the_maker_s_screen_asks_to_read_again(cast, clock, session, sign_in):
    read(cast, clock, session, drawn_ml=Decimal(17))
    url = reverse("infusions:make_state", args=[session.uuid]) + "?step=check_drawn"
    body = sign_in(cast.tom).get(url, headers={"X-Live": "1"}).content.decode()
    assert "nobody is told what differs" in body
    assert ">17" not in body


def test_the_third_person_s_page_in_the_hood(cast, clock, session, sign_in):
    session = disputed(cast, clock, session)
    url = reverse("infusions:make_dispute", args=[session.uuid])
    petra = sign_in(cast.petra)
    assert "QX77K" not in petra.get(url).content.decode()
    third_reads(cast, clock, session)
    assert "QX77K" in petra.get(url).content.decode()
    assert "QX77K" in sign_in(cast.tom).get(url).content.decode()
