"""The shelf: receiving, counting, what a bag takes, and slips made right."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from infusions.actions.bag_corrections import correct_vial
from infusions.actions.making import give_up_make
from infusions.actions.stock import (
    correct_movement,
    count_lot,
    receive,
    set_cost,
    set_pooling,
    take_off,
)
from infusions.models import StockMovement
from infusions.pharmacy.needs import needs_of
from infusions.pharmacy.stock import stock_page
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.making import GTINS, begun, made_by_steps, made_until, products, scan_of
from tests.infusions.planning import LOT, made, recipe_of, signed
from tests.infusions.shelves import EXPIRES, counted, lot_of, on_hand, received


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def test_what_came_in_lies_there(cast, clock):
    received(cast, clock, count=6)
    received(cast, clock, count=4)
    assert on_hand(cast) == 10
    assert Event.objects.filter(verb="moved_stock", actor="Tom Tech").count() == 2


def test_a_typed_code_takes_the_same_way(cast, clock):
    received(cast, clock, count=6)
    typed = f"(01){GTINS['drug_vial']}(17)271231(10){LOT}"
    receive(site=cast.team.site, scan=typed, count=1, by=cast.farid, at=clock.now)
    assert on_hand(cast) == 7


def test_expired_vials_are_not_received(cast, clock):
    assert refusal(lambda: received(cast, clock, expiry="261231")) == "scan.expired"


def test_a_nurse_keeps_no_stock(cast, clock):
    products(cast, clock)
    facts = {"scan": scan_of("drug_vial"), "count": 1, "by": cast.nadia, "at": clock.now}
    assert refusal(lambda: receive(site=cast.team.site, **facts)) == "permission.role"


def test_another_count_says_by_how_much_and_asks_why(cast, clock):
    received(cast, clock, count=6)
    with pytest.raises(HardStop) as caught:
        counted(cast, clock, 4)
    assert "-2" in caught.value.stops[0].message
    assert caught.value.stops[0].field == "reason"
    row = counted(cast, clock, 4, reason="two broke")
    assert (row.expected, row.count, on_hand(cast)) == (6, 4, 4)


def test_the_first_count_of_a_lot_differs_from_nothing(cast, clock):
    products(cast, clock)
    row = counted(cast, clock, 3)
    assert (row.expected, on_hand(cast)) == (None, 3)


def test_a_bag_takes_its_vials_from_the_shelf(cast, clock):
    received(cast, clock, count=6)
    bag = made(cast, clock)
    row = StockMovement.objects.get(kind="used")
    assert (row.bag, row.count, row.at) == (bag, bag.vials, bag.prepared_at)
    assert on_hand(cast) == 6 - bag.vials


def test_a_bag_made_by_steps_takes_them_too(cast, clock):
    received(cast, clock, count=6)
    bag = made_by_steps(cast, clock)
    assert on_hand(cast) == 6 - bag.vials


def test_opened_vials_of_work_given_up_leave_the_shelf_unopened_ones_stay(cast, clock):
    received(cast, clock, count=6)
    early = made_until(cast, clock, "reconstitute", session=begun(cast, clock))
    give_up_make(session=early, reason="fire drill", by=cast.tom, at=clock.now)
    assert on_hand(cast) == 6
    late = made_until(cast, clock, "swirl", session=begun(cast, clock))
    give_up_make(session=late, reason="spilt", by=cast.tom, at=clock.now)
    assert on_hand(cast) == 6 - late.recipe["vials"]


def test_a_bag_logged_after_a_count_does_not_count_twice(cast, clock):
    received(cast, clock, count=6)
    made_at = clock.now
    cycle = signed(cast, clock)
    clock.forward(hours=2)
    counted(cast, clock, 5, reason="one is in a bag that is not logged yet")
    made(cast, clock, cycle=cycle, prepared_at=made_at)
    assert on_hand(cast) == 5


def test_a_lot_nobody_received_stays_unknown(cast, clock):
    products(cast, clock)
    made(cast, clock)
    assert not StockMovement.objects.exists()
    page = stock_page(cast.team.site, cast.farid, clock.now)
    assert (page["on_hand"], page["outlook"]) == (None, None)


def test_a_corrected_vial_moves_the_shelf(cast, clock):
    received(cast, clock, count=6)
    received(cast, clock, count=6, lot="OTHER")
    bag = made(cast, clock)
    correct_vial(
        vial=bag.vial_lots.get(),
        lot="OTHER",
        expires_on=EXPIRES,
        count=bag.vials,
        correction_reason="misread",
        by=cast.tom,
        at=clock.now,
    )
    assert (on_hand(cast), on_hand(cast, "OTHER")) == (6, 6 - bag.vials)


def test_what_is_thrown_away_needs_a_reason(cast, clock):
    received(cast, clock, count=6)
    facts = {"lot": lot_of(cast), "kind": "wasted", "count": 2, "by": cast.tom, "at": clock.now}
    assert refusal(lambda: take_off(reason=" ", **facts)) == "stock.no_reason"
    take_off(reason="dropped", **facts)
    assert on_hand(cast) == 4


def test_a_slip_is_corrected_once_and_stays_visible(cast, clock):
    row = received(cast, clock, count=60)
    facts = {"movement": row, "reason": "a nought too many", "by": cast.tom, "at": clock.now}
    correct_movement(count=6, **facts)
    assert on_hand(cast) == 6
    assert StockMovement.objects.count() == 2
    assert refusal(lambda: correct_movement(count=7, **facts)) == "stock.corrected"


def test_what_a_bag_used_is_corrected_at_the_bag(cast, clock):
    received(cast, clock)
    made(cast, clock)
    row = StockMovement.objects.get(kind="used")
    facts = {"movement": row, "count": 0, "reason": "x", "by": cast.tom, "at": clock.now}
    assert refusal(lambda: correct_movement(**facts)) == "stock.of_a_bag"


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_keeps_every_entry(cast, clock, change):
    row = received(cast, clock)
    rows = StockMovement.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(count=1) if change == "update" else rows.delete()


def test_the_database_wants_a_reason_for_another_count(cast, clock):
    received(cast, clock)
    facts = {"kind": "counted", "count": 3, "expected": 10, "at": clock.now, "by": cast.tom}
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement.objects.create(lot=lot_of(cast), recorded_at=clock.now, **facts)


def test_the_need_follows_the_plans_and_shrinks_by_a_bag(cast, clock):
    cycle = signed(cast, clock)
    before = needs_of(cast.team.site, clock.now)
    assert before.days[0][0] == date(2027, 1, 5)  # the day it hangs, by the site's clock
    assert before.vials == sum(one.vials for one in before.bags) > 0
    last = cycle.planned_start.date()
    assert all((one.day - last).days <= 14 for one in before.bags)
    made(cast, clock, cycle=cycle)
    assert needs_of(cast.team.site, clock.now).vials == before.vials - recipe_of(cycle).vials


def test_the_page_names_the_first_short_day(cast, clock, sign_in):
    signed(cast, clock)
    received(cast, clock, count=1)
    need = needs_of(cast.team.site, clock.now)
    page = stock_page(cast.team.site, cast.farid, clock.now)
    taken, short = 0, None
    for day, _bags, vials in need.days:
        taken += vials
        if taken > 1:
            short = day
            break
    assert page["outlook"].short_on == short
    answer = sign_in(cast.tom).get(reverse("infusions:stock", args=[cast.team.site.uuid]))
    assert "Runs short on" in answer.content.decode()


def test_nobody_s_count_is_never_nought(cast, clock, sign_in):
    products(cast, clock)
    signed(cast, clock)
    page = sign_in(cast.tom).get(reverse("infusions:stock", args=[cast.team.site.uuid]))
    assert b"Not counted yet" in page.content
    assert b"Runs short" not in page.content


def test_expired_vials_do_not_count(cast, clock):
    received(cast, clock, expiry="270105")
    clock.forward(days=2)
    page = stock_page(cast.team.site, cast.farid, clock.now)
    assert page["on_hand"] is None
    row = next(row for row in page["products"] if row.lots)
    assert row.lots[0].is_expired


def test_the_page_records_and_keeps_what_was_typed(cast, clock, sign_in):
    received(cast, clock, count=6)
    url = reverse("infusions:stock", args=[cast.team.site.uuid])
    data = {"scan": scan_of("drug_vial"), "kind": "counted", "count": "4"}
    client = sign_in(cast.tom)
    page = client.post(url, {**data, "idempotency_key": key()})
    assert page.status_code == 422
    assert b"you counted 4" in page.content
    assert data["scan"].encode() in page.content
    client.post(url, {**data, "reason": "two broke", "idempotency_key": key()})
    assert on_hand(cast) == 4


def test_an_outsider_finds_nothing(cast, clock, sign_in):
    received(cast, clock)
    lot, site = lot_of(cast), cast.team.site
    client = sign_in(cast.tom)
    cast.tom.memberships.update(to_at=clock.now)
    for name, row in (("stock", site), ("stock_lot", lot), ("correct_stock", lot.movements.get())):
        assert client.get(reverse(f"infusions:{name}", args=[row.uuid])).status_code == 404
    assert client.get(reverse("infusions:my_stock")).status_code == 404
    assert sign_in(cast.nadia).get(reverse("infusions:my_stock")).status_code == 403


def test_the_number_of_queries_does_not_grow(cast, clock):
    signed(cast, clock)
    received(cast, clock)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            stock_page(cast.team.site, cast.farid, clock.now)
        return len(found)

    few = queries()
    for n in range(12):
        received(cast, clock, lot=f"LOT{n}")
        signed(cast, clock, number=1, patient=None)
    assert queries() == few


def test_pooling_is_off_until_a_policy_is_named(cast, clock):
    received(cast, clock)
    signed(cast, clock, patient=None)
    signed(cast, clock, patient=None)
    site = cast.team.site
    assert stock_page(site, cast.farid, clock.now)["hints"] == []
    facts = {"site": site, "by": cast.farid, "at": clock.now}
    assert refusal(lambda: set_pooling(is_on=True, source=" ", **facts)) == "pooling.no_source"
    set_pooling(is_on=True, source="SOP 12", **facts)
    hints = stock_page(site, cast.farid, clock.now)["hints"]
    assert hints
    assert all(hint.pooled.saves > 0 for hint in hints)


def test_a_cost_has_a_day_and_a_source(cast, clock):
    product = products(cast, clock)["drug_vial"]
    facts = {
        "site": cast.team.site,
        "product": product,
        "amount": Decimal("100.00"),
        "at": clock.now,
    }
    more = {"currency": "usd", "from_on": date(2027, 1, 1), "by": cast.farid}
    assert refusal(lambda: set_cost(source=" ", **facts, **more)) == "cost.no_source"
    row = set_cost(source="list of January", **facts, **more)
    assert row.currency == "USD"


def test_counting_the_lot_itself(cast, clock):
    received(cast, clock, count=6)
    count_lot(lot=lot_of(cast), count=6, by=cast.tom, at=clock.now)
    assert on_hand(cast) == 6
