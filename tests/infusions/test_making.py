"""A bag made step by step: nothing out of turn, nothing wrong in the hood, and the work stops."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from infusions.actions.bags import compound_bag
from infusions.actions.checks import wrote_part_of
from infusions.actions.cycles import sign_order
from infusions.actions.drawn_check import check_drawn
from infusions.actions.making import do_step, give_up_make, start_make, take_over_make
from infusions.models import Bag, BagPlan, DoseOrder, MakeSession, MakeStep, Product
from infusions.pharmacy.make_steps import drawn_of, steps_done, steps_of
from infusions.pharmacy.make_stops import stops_of
from protocol import making
from protocol.stops import HardStop
from tests.infusions.making import (
    begun,
    drawn_ml,
    hood_reading,
    made_by_steps,
    made_until,
    products,
    scan_of,
)
from tests.infusions.planning import signed, work
from tests.people import PASSWORD


@pytest.fixture
def shelf(cast, clock):
    return products(cast, clock)


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def do(cast, clock, session, key, **facts):
    return do_step(session=session, key=key, by=facts.pop("by", cast.tom), at=clock.now, **facts)


def test_the_steps_make_the_bag_the_form_would_have_made(cast, clock, shelf):
    bag = made_by_steps(cast, clock)
    assert (bag.state, bag.recipe_row, bag.compounded_by) == ("released", "bag.9.48h", cast.tom)
    assert (bag.checked_by, bag.checks.get().agreed) == (cast.farid, True)
    vial = bag.vial_lots.get()
    assert (vial.lot, vial.gtin, vial.count) == ("QX77K", shelf["drug_vial"].gtin, bag.vials)
    assert bag.stabiliser_lot == "ST-9"
    assert bag.work.get().how == "steps"


def test_a_bag_logged_afterwards_says_so_and_why(cast, clock):
    fields = work(cast, clock, signed(cast, clock), how_reason="the network was down")
    row = compound_bag(**fields).work.get()
    assert (row.how, row.how_reason) == ("logged_afterwards", "the network was down")


def test_vials_of_one_lot_are_counted_together(cast, clock, shelf):
    cycle = signed(cast, clock)
    n = next(b.n for b in cycle.plans.get().bags.order_by("n") if b.minute >= 168 * 60)
    bag = made_by_steps(cast, clock, session=begun(cast, clock, cycle=cycle, n=n))
    assert bag.vials > 1
    assert bag.vial_lots.get().count == bag.vials


def test_the_bag_keeps_from_the_moment_the_drug_went_into_it(cast, clock, shelf):
    session = made_until(cast, clock, "inject_mix", minutes=5)
    injected = clock.now
    bag = made_by_steps(cast, clock, session=session, minutes=5)
    assert bag.prepared_at == injected
    assert bag.moves.get().moved_at > injected  # the minutes until the fridge count as warm


@pytest.mark.parametrize("key", ["reconstitute", "check_drawn", "inject_mix", "finish"])
def test_no_step_out_of_its_turn(cast, clock, shelf, key):
    session = made_until(cast, clock, "scan_water")
    assert refusal(lambda: do(cast, clock, session, key, storage="cold")) == "make.not_yet"


def test_a_step_is_done_once(cast, clock, shelf):
    session = made_until(cast, clock, "scan_vial_1")
    assert refusal(lambda: do(cast, clock, session, "hood_garbing")) == "make.done"


def test_a_scan_done_again_keeps_the_first(cast, clock, shelf):
    session = made_until(cast, clock, "scan_water")
    do(cast, clock, session, "scan_vial_1", scan=scan_of("drug_vial", lot="OTHER"))
    first, second = MakeStep.objects.filter(key="scan_vial_1").order_by("pk")
    assert (second.corrects, second.value["lot"]) == (first, "OTHER")
    assert steps_done(session)["scan_vial_1"] == second


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("scan_vial_1", scan_of("stabiliser"), "scan.wrong_product"),
        ("scan_vial_1", scan_of("drug_vial", expiry="270103"), "scan.expired"),
        ("scan_vial_1", "", "scan.empty"),
        ("scan_vial_1", "QX77K", "scan.not_gs1"),
        ("scan_vial_1", scan_of("drug_vial")[:19], "scan.missing"),
        ("scan_water", scan_of("saline"), "scan.wrong_product"),
        ("scan_stabiliser", scan_of("drug_vial", serial="x"), "scan.wrong_product"),
        ("scan_saline", scan_of("bacteriostatic_saline"), "scan.wrong_product"),
    ],
)
def test_the_wrong_thing_in_the_hood_is_refused(cast, clock, shelf, key, text, code):
    session = made_until(cast, clock, key)
    assert refusal(lambda: do(cast, clock, session, key, scan=text)) == code
    assert key not in steps_done(session)


def test_a_product_nobody_listed_is_refused(cast, clock, shelf):
    session = made_until(cast, clock, "scan_vial_1")
    Product.objects.filter(kind="drug_vial").update(organisation=cast.other_team.site.organisation)
    again = {"scan": scan_of("drug_vial")}
    assert refusal(lambda: do(cast, clock, session, "scan_vial_1", **again)) == (
        "scan.unknown_product"
    )


def test_one_package_is_not_two_vials(cast, clock, shelf):
    cycle = signed(cast, clock)
    n = next(b.n for b in cycle.plans.get().bags.order_by("n") if b.minute >= 168 * 60)
    session = made_until(cast, clock, "scan_vial_1", session=begun(cast, clock, cycle=cycle, n=n))
    same = {"scan": scan_of("drug_vial", serial="S1")}
    do(cast, clock, session, "scan_vial_1", **same)
    assert refusal(lambda: do(cast, clock, session, "scan_vial_2", **same)) == "scan.same_package"


def test_the_bag_of_another_patient_is_sent_out_of_the_hood(cast, clock, shelf):
    other = compound_bag(**work(cast, clock, signed(cast, clock)))
    session = made_until(cast, clock, "scan_vial_1")
    scan = {"scan": f"]d291{other.code}"}
    assert refusal(lambda: do(cast, clock, session, "scan_vial_1", **scan)) == "scan.other_patient"
    own = compound_bag(**work(cast, clock, session.cycle, n=2))
    scan = {"scan": f"]d291{own.code}"}
    assert refusal(lambda: do(cast, clock, session, "scan_vial_1", **scan)) == "scan.other_bag"


def test_a_set_without_the_filter_the_bag_needs_is_refused(cast, clock, shelf):
    session = made_until(cast, clock, "prime_set")
    Product.objects.filter(kind="tubing_set").update(has_filter=False)
    again = {"scan": scan_of("tubing_set")}
    assert refusal(lambda: do(cast, clock, session, "prime_set", **again)) == "make.filter_missing"


@pytest.mark.parametrize("key", ["stabiliser_into_bag", "draw_drug"])
@pytest.mark.parametrize("typed", [None, "0.5", "55"])
def test_a_wrong_volume_is_refused(cast, clock, shelf, key, typed):
    session = made_until(cast, clock, key)
    given = {"amount_ml": Decimal(typed) if typed else None}
    assert refusal(lambda: do(cast, clock, session, key, **given)) in (
        "make.amount",
        "make.no_amount",
    )


def test_the_maker_does_not_pass_the_second_person_s_step(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn")
    assert refusal(lambda: do(cast, clock, session, "check_drawn")) == "make.second_person"


def reads(cast, clock, session, *, by=None, ml=None):
    facts = {"drawn_ml": ml or drawn_ml(session), "by": by or cast.farid}
    return check_drawn(**hood_reading(cast, clock, session, **facts)).agreed


def test_a_second_person_lets_the_drug_into_the_bag(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn")
    assert reads(cast, clock, session)
    assert steps_done(session)["check_drawn"].by == cast.farid
    do(cast, clock, session, "inject_mix")


def test_readings_that_differ_let_nobody_go_on(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn")
    assert not reads(cast, clock, session, ml=drawn_ml(session) + 1)
    assert refusal(lambda: do(cast, clock, session, "inject_mix")) == "make.not_yet"
    told = Event.objects.get(verb="checked_drawn").after
    assert told == {"outcome": "differs"}


def test_whoever_had_a_hand_in_it_does_not_read(cast, clock, shelf):
    session = begun(cast, clock, by=cast.farid)
    take_over_make(session=session, by=cast.tom, at=clock.now)
    session = made_until(cast, clock, "check_drawn", session=session)
    assert refusal(lambda: reads(cast, clock, session, by=cast.farid)) == "make.own_check"
    assert reads(cast, clock, session, by=cast.petra)
    bag = made_by_steps(cast, clock, session=session)
    assert wrote_part_of(bag, cast.farid)
    assert not wrote_part_of(bag, cast.petra)


def test_a_technician_is_no_second_person(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn", session=begun(cast, clock, by=cast.farid))
    assert refusal(lambda: reads(cast, clock, session, by=cast.tom)) == "permission.role"


def test_nothing_is_read_before_it_is_drawn(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    with pytest.raises(KeyError):
        drawn_of(session)
    assert refusal(lambda: reads(cast, clock, session)) == "make.nothing_to_read"


def test_the_record_tells_no_figure_and_no_lot(cast, clock, shelf):
    session = made_until(cast, clock, "check_drawn")
    told = str(list(Event.objects.filter(verb="did_make_step").values_list("after", flat=True)))
    assert drawn_ml(session) is not None
    assert str(drawn_ml(session)) not in told
    assert "QX77K" not in told


def test_a_bag_is_made_by_one_session_at_a_time(cast, clock, shelf):
    session = begun(cast, clock)
    assert refusal(lambda: begun(cast, clock, cycle=session.cycle, by=cast.petra)) == (
        "make.open_already"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        session.pk = None
        session.uuid = "00000000-0000-0000-0000-000000000001"
        session.save(force_insert=True)


@pytest.mark.parametrize("who", ["nadia", "olga", "carla"])
def test_only_the_pharmacy_makes(cast, clock, who):
    cycle = signed(cast, clock)
    assert refusal(lambda: begun(cast, clock, cycle=cycle, by=getattr(cast, who))) == (
        "permission.role"
    )


def test_taken_over_it_goes_on_in_other_hands_only(cast, clock, shelf):
    session = made_until(cast, clock, "scan_water")
    take_over_make(session=session, by=cast.petra, at=clock.now)
    water = {"scan": scan_of("water")}
    assert refusal(lambda: do(cast, clock, session, "scan_water", **water)) == "make.other_hands"
    do(cast, clock, session, "scan_water", by=cast.petra, **water)


def test_given_up_it_is_made_anew(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    code = refusal(lambda: give_up_make(session=session, reason=" ", by=cast.tom, at=clock.now))
    assert code == "make.no_reason"
    give_up_make(session=session, reason="vial dropped", by=cast.tom, at=clock.now)
    assert refusal(lambda: do(cast, clock, session, "draw_drug", amount_ml=Decimal(1))) == (
        "make.given_up"
    )
    assert Event.objects.get(verb="gave_up_make").after["vials_scanned"] == 1
    assert made_by_steps(cast, clock, session=begun(cast, clock, cycle=session.cycle))


def codes_of(cast, clock, session) -> list[str]:
    session = MakeSession.objects.get(pk=session.pk)
    return [stop.code for stop in stops_of(session, cast.tom, clock.now)]


def test_nothing_stops_work_that_is_as_it_was(cast, clock, shelf):
    assert codes_of(cast, clock, made_until(cast, clock, "draw_drug")) == []


def test_another_signed_order_stops_the_work(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    order = DoseOrder.objects.get()
    order.pk, order.signature, order._state.adding = None, None, True
    order.uuid, order.created_at = "00000000-0000-0000-0000-00000000000a", clock.now
    order.save()
    facts = {"by": cast.olga, "password": PASSWORD, "statement": "yes", "at": clock.now}
    session.cycle.orders.filter(pk=order.pk).update(created_at=clock.now + timedelta(minutes=1))
    sign_again(order, facts)
    assert codes_of(cast, clock, session) == ["make.order_changed"]
    given = {"amount_ml": drawn_ml(session)}
    assert refusal(lambda: do(cast, clock, session, "draw_drug", **given)) == "make.order_changed"


def sign_again(order, facts):
    cycle = order.cycle
    state, cycle.state = cycle.state, "planned"
    cycle.save()
    sign_order(order=order, **facts)
    type(cycle).objects.filter(pk=cycle.pk).update(state=state)


def test_another_plan_stops_the_work(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    BagPlan.objects.update(is_current=False, state="superseded")
    assert codes_of(cast, clock, session) == ["make.plan_changed"]


def test_a_bag_made_elsewhere_meanwhile_stops_the_work(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    compound_bag(**work(cast, clock, session.cycle))
    assert codes_of(cast, clock, session) == ["bag.made_already"]


def test_allergies_that_became_unknown_stop_the_work(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    type(session.cycle.patient).objects.update(allergy_status="unknown")
    assert codes_of(cast, clock, session) == ["patient.allergies_unknown"]


def test_a_cycle_that_ended_stops_the_work(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    type(session.cycle).objects.update(state="discontinued")
    assert codes_of(cast, clock, session) == ["bag.no_signed_order"]


def test_another_recipe_stops_the_work(cast, clock, shelf, monkeypatch):
    session = made_until(cast, clock, "draw_drug")
    other = {**session.recipe, "drug_mcg": "1"}
    monkeypatch.setattr(
        "infusions.pharmacy.make_stops.recipe_columns", lambda recipe: other, raising=True
    )
    assert codes_of(cast, clock, session) == ["make.recipe_changed"]


def test_an_opened_vial_past_its_limit_stops_the_work_until_the_drug_is_in_the_bag(
    cast, clock, shelf
):
    session = made_until(cast, clock, "draw_drug")
    clock.forward(hours=3, minutes=59)
    assert codes_of(cast, clock, session) == []
    clock.forward(minutes=1)
    assert codes_of(cast, clock, session) == ["make.vial_over"]


def test_once_in_the_bag_the_limit_of_the_bag_counts(cast, clock, shelf):
    session = made_until(cast, clock, "air_out")
    clock.forward(hours=5)
    assert codes_of(cast, clock, session) == []


def test_an_unknown_limit_of_the_opened_vial_stays_unknown(cast, clock, shelf, monkeypatch):
    from infusions.pharmacy import make_steps
    from protocol.stops import Stop

    def unknown(*args, **more):
        raise HardStop(Stop("storage.no_row", "unknown"))

    session = made_until(cast, clock, "draw_drug")
    monkeypatch.setattr(make_steps.stability, "opened_vial_limit", unknown)
    clock.forward(hours=30)
    assert make_steps.vial_limit(session, clock.now) is None
    assert codes_of(cast, clock, session) == []


def test_steps_that_were_done_never_change(cast, clock, shelf):
    session = made_until(cast, clock, "draw_drug")
    for change in (
        lambda: MakeStep.objects.update(key="x"),
        lambda: MakeStep.objects.all().delete(),
        lambda: MakeSession.objects.update(recipe={}),
        lambda: MakeSession.objects.filter(pk=session.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_old_page_does_nothing(cast, clock, shelf):
    from commands.refusals import Stale

    session = made_until(cast, clock, "scan_water")
    with pytest.raises(Stale):
        do(cast, clock, session, "scan_water", scan=scan_of("water"), version=session.version - 1)


def test_every_step_of_the_session_is_one_of_its_recipe(cast, clock, shelf):
    bag = made_by_steps(cast, clock)
    keys = [step.key for step in steps_of(bag.make)]
    assert set(steps_done(bag.make)) == set(keys)
    assert keys[-1] == making.FINISH
    assert Bag.objects.count() == 1


def test_starting_needs_a_signed_order(cast, clock):
    from tests.infusions.planning import planned

    cycle = planned(cast, clock)
    facts = {"cycle": cycle, "planned_n": 1, "by": cast.tom, "at": clock.now}
    assert refusal(lambda: start_make(**facts)) == "bag.no_signed_order"
