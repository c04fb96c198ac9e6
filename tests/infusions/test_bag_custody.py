"""Evidence, a fridge that failed, the compounding clock, and reviews that leave a bag usable."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Event
from infusions.actions.bags import move_bag
from infusions.actions.checks import check_bag
from infusions.actions.custody import prove_custody, report_storage_failure, set_beyond_use
from infusions.actions.pharmacy_reviews import close_review, review_left
from infusions.actions.quarantines import quarantine_other_doses
from infusions.actions.runs import change_bag, start_infusion
from infusions.models import PharmacyReview, Quarantine
from infusions.pharmacy.custody import budget_of, clocks_of, where_is
from notifications.models import Reminder
from patients.actions.measurements import measure
from protocol.stops import HardStop
from tests.factories import key, make_patient
from tests.infusions.planning import labelled, made, reading, signed
from tests.infusions.running import hang, premedicated, ready, ready_to_start, running
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")
H = timedelta(hours=1)


def codes(act) -> list[str]:
    with pytest.raises(HardStop) as caught:
        act()
    return [stop.code for stop in caught.value.stops]


def carried(cast, clock, bag, **changes):
    facts = {"code": bag.code, "place": "ward", "storage": "cold", "moved_at": clock.now}
    return move_bag(bag=bag, by=cast.nadia, at=clock.now, **{**facts, **changes})


def lost_on_the_way(cast, clock):
    """Nobody scanned it out of the pharmacy; 20 h later it is in the fridge of the ward."""
    bag = labelled(cast, clock)
    clock.forward(hours=20)
    return carried(cast, clock, bag)


def proven(cast, clock, bag, **changes):
    fields = {
        "from_at": bag.prepared_at,
        "to_at": clock.now,
        "kept": "cold",
        "kind": "logger",
        "text": "Logger 4711: 3.1 to 5.6 °C",
        "by": cast.farid,
        "password": PASSWORD,
        "statement": "I have seen the record.",
        "at": clock.now,
    }
    return prove_custody(bag=bag, **{**fields, **changes})


def failed(cast, clock, **changes):
    site = cast.team.site
    facts = {"site": site, "place": "pharmacy", "from_at": clock.now - H, "text": "Fridge 11 °C"}
    return report_storage_failure(by=cast.tom, at=clock.now, **{**facts, **changes})


def test_an_unscanned_way_counts_until_a_pharmacist_signs_evidence(cast, clock):
    bag = lost_on_the_way(cast, clock)
    assert budget_of(bag, clock.now).unknown == 20 * H
    assert bag.discard_after == bag.prepared_at + 48 * H
    row = proven(cast, clock, bag)
    bag.refresh_from_db()
    assert bag.discard_after == bag.prepared_at + 192 * H
    assert (budget_of(bag, clock.now).used, row.signature.signer) == (0 * H, cast.farid)
    assert not Reminder.objects.filter(kind="custody_gap", state="waiting").exists()
    assert Event.objects.filter(verb="proved_custody").exists()


def test_evidence_that_it_was_warm_discards_the_bag(cast, clock):
    bag = lost_on_the_way(cast, clock)
    proven(cast, clock, bag, kept="room", from_at=clock.now - H)
    bag.refresh_from_db()
    assert bag.state == "discarded"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "custody.no_text"),
        ({"hours": 1}, "custody.future"),
        ({"hours": -21}, "custody.span"),
        ({"by": "nadia"}, "permission.role"),
    ],
)
def test_evidence_that_is_refused(cast, clock, changes, code):
    bag = lost_on_the_way(cast, clock)
    if "hours" in changes:
        changes = {"to_at": clock.now + timedelta(hours=changes["hours"])}
    if "by" in changes:
        changes = {"by": getattr(cast, changes["by"])}
    assert codes(lambda: proven(cast, clock, bag, **changes)) == [code]


def test_what_was_scanned_is_not_proven_otherwise(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=2)
    assert codes(lambda: proven(cast, clock, bag)) == ["custody.no_gap"]


def test_evidence_is_signed_on_its_page(cast, clock, sign_in):
    bag = lost_on_the_way(cast, clock)
    client, url = sign_in(cast.farid), reverse("infusions:prove_custody", args=[bag.uuid])
    page = client.get(url).content.decode()
    assert "2027-01-04 10:00" in page and "2027-01-05 06:00" in page
    data = {"from_at": "2027-01-04 10:00", "to_at": "2027-01-05 06:00", "kept": "cold"}
    data |= {"kind": "courier", "text": "Box 7, ice packs", "idempotency_key": key()}
    assert client.post(url, data | {"password": "wrong"}).status_code == 422
    page = client.post(url, data | {"password": PASSWORD, "idempotency_key": key()}, follow=True)
    assert b"Signed. How long the bag keeps" in page.content
    assert sign_in(cast.nadia).get(url).status_code == 403


def test_the_bag_page_says_where_it_is_and_how_long_it_may_be_warm(cast, clock, sign_in):
    bag = lost_on_the_way(cast, clock)
    page = sign_in(cast.nadia).get(reverse("infusions:bag", args=[bag.uuid])).content.decode()
    assert where_is(bag).place == "Ward"
    assert "Not scanned between" in page
    assert "28 h 00 left outside the fridge" in page
    assert "Not known: the site has not given a figure" in page
    assert 'class="bag-bar budget-bar budget-running"' in page


def test_a_failed_fridge_quarantines_every_bag_in_it(cast, clock):
    inside, other = labelled(cast, clock), made(cast, clock)
    elsewhere = carried(cast, clock, labelled(cast, clock))
    clock.forward(hours=3)
    failed(cast, clock)
    for bag in (inside, other, elsewhere):
        bag.refresh_from_db()
    assert (inside.state, other.state, elsewhere.state) == (
        "quarantined",
        "quarantined",
        "released",
    )
    assert inside.quarantines.get().cause == Quarantine.Cause.STORAGE_FAILURE
    assert (inside.storage, inside.discard_after) == ("unknown", clock.now + 47 * H)
    assert Reminder.objects.filter(kind="bag_to_check", state="waiting").count() == 2


def test_a_bag_put_in_after_the_failure_counts_from_then(cast, clock):
    clock.forward(hours=3)
    bag = labelled(cast, clock)
    failed(cast, clock)
    bag.refresh_from_db()
    assert bag.discard_after == bag.prepared_at + 48 * H


def test_the_logger_and_a_blind_check_bring_a_bag_back(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=3)
    failed(cast, clock)
    bag.refresh_from_db()
    bag = carried(cast, clock, bag, place="pharmacy")
    proven(cast, clock, bag, from_at=clock.now - H)
    bag.refresh_from_db()
    assert (bag.state, bag.discard_after) == ("quarantined", bag.prepared_at + 192 * H)
    check_bag(**reading(cast, clock, bag, by=cast.petra))
    bag.refresh_from_db()
    assert (bag.state, bag.quarantines.get().outcome) == ("released", "checked")


def test_the_fridge_page_says_what_lies_where(cast, clock, sign_in):
    bag = labelled(cast, clock)
    client = sign_in(cast.farid)
    url = reverse("infusions:storage_failure", args=[cast.team.site.uuid])
    assert bag.code in client.get(url).content.decode()
    data = {"place": "pharmacy", "from_at": "2027-01-04 10:00", "text": "Warm", "version": ""}
    client.post(url, data | {"idempotency_key": key()})
    bag.refresh_from_db()
    assert bag.state == "quarantined"
    assert sign_in(cast.twin_nurse).get(url).status_code == 404


def test_a_fridge_at_home_is_that_of_one_patient(cast, clock, sign_in):
    bag = carried(cast, clock, labelled(cast, clock), place="home")
    other = carried(cast, clock, labelled(cast, clock), place="home")
    url = reverse("infusions:home_fridge", args=[bag.cycle.uuid])
    data = {"place": "home", "from_at": "2027-01-04 10:00", "text": "Power cut"}
    sign_in(cast.hugo).post(url, data | {"idempotency_key": key()})
    bag.refresh_from_db()
    other.refresh_from_db()
    assert (bag.state, other.state) == ("quarantined", "released")


def with_limits(cast, clock, room=12, cold=24):
    facts = {"site": cast.team.site, "source": "SOP 12, 2026", "by": cast.farid, "at": clock.now}
    return set_beyond_use(room_hours=room, cold_hours=cold, **facts)


def test_both_clocks_are_kept_and_the_earlier_binds(cast, clock):
    limits = with_limits(cast, clock)
    bag = labelled(cast, clock)
    assert (bag.begin_by, bag.beyond_use) == (bag.prepared_at + 24 * H, limits)
    assert clocks_of(bag).binds == "beyond_use"
    clock.forward(hours=2)
    bag = carried(cast, clock, bag, place="pharmacy", storage="room")
    assert bag.begin_by == clock.now + 12 * H


def test_a_bag_keeps_the_limits_it_was_made_under(cast, clock):
    bag = labelled(cast, clock)
    with_limits(cast, clock)
    bag.refresh_from_db()
    assert (bag.begin_by, clocks_of(bag).binds) == (None, "drug")


def test_no_infusion_begins_after_the_compounding_clock(cast, clock):
    with_limits(cast, clock, room=1, cold=1)
    bag = ready_to_start(cast, clock)
    clock.forward(minutes=61)
    assert "bag.begin_by" in codes(lambda: start_infusion(**hang(cast, clock, bag)))


def test_an_infusion_begun_in_time_runs_on(cast, clock):
    with_limits(cast, clock, room=1, cold=1)
    cycle = running(cast, clock)
    assert cycle.bag_ends_at == clock.now + timedelta(hours=cycle.current_bag.bag_hours)


def test_limits_need_a_source(cast, clock, sign_in):
    url = reverse("infusions:beyond_use", args=[cast.team.site.uuid])
    client = sign_in(cast.farid)
    assert b"Not known. Bags made here carry no" in client.get(url).content
    data = {"cold_hours": "24", "idempotency_key": key()}
    assert client.post(url, data).status_code == 422
    page = client.post(url, data | {"source": "SOP 12", "idempotency_key": key()}, follow=True)
    assert b"SOP 12" in page.content


def child(cast, clock):
    patient = make_patient(cast, weight_kg="44", height_cm="150")
    return signed(cast, clock, patient=patient)


def test_a_weight_across_the_limit_asks_for_a_review_and_the_bag_stays_usable(cast, clock):
    cycle = child(cast, clock)
    premedicated(cast, clock, cycle)
    clock.forward(minutes=75)
    bag = ready(cast, clock, cycle)
    weigh(cast, clock, cycle, "45.2")
    review = PharmacyReview.objects.get()
    assert (review.cause, review.cycle) == ("weight", cycle)
    assert Reminder.objects.filter(kind="pharmacy_review", state="waiting").exists()
    bag.refresh_from_db()
    assert bag.state == "released"
    start_infusion(**hang(cast, clock, bag))


def weigh(cast, clock, cycle, kg):
    clock.forward(minutes=1)
    facts = {"by": cast.nadia, "at": clock.now, "measured_at": clock.now}
    measure(patient=cycle.patient, weight_kg=Decimal(kg), **facts)


def test_a_weight_on_the_same_side_asks_for_nothing(cast, clock):
    weigh(cast, clock, child(cast, clock), "44.9")
    assert not PharmacyReview.objects.exists()


def test_a_bag_without_a_place_in_the_new_plan_is_looked_at_and_stays(cast, clock, sign_in):
    bag = labelled(cast, clock)
    review = review_left(bag.cycle, [bag], at=clock.now)
    bag.refresh_from_db()
    assert (bag.state, review.cause) == ("released", "plan")
    url = reverse("infusions:pharmacy_review", args=[review.uuid])
    page = sign_in(cast.petra).post(
        url, {"conclusion": "Used as planned", "idempotency_key": key()}, follow=True
    )
    assert b"Used as planned" in page.content
    assert not Reminder.objects.filter(kind="pharmacy_review", state="waiting").exists()
    again = {"review": review, "by": cast.petra, "at": clock.now, "conclusion": "again"}
    assert codes(lambda: close_review(**again)) == ["review.closed"]


def test_a_signed_dose_change_quarantines_the_bags_of_the_old_dose(cast, clock):
    bag = labelled(cast, clock)
    assert quarantine_other_doses(bag.cycle, by=cast.olga, at=clock.now) == []
    change_order(bag.cycle, clock, mcg="28")
    assert quarantine_other_doses(bag.cycle, by=cast.olga, at=clock.now) == [bag]
    bag.refresh_from_db()
    assert bag.state == "quarantined"
    assert codes(lambda: check_bag(**reading(cast, clock, bag, by=cast.petra))) == [
        "bag.other_dose"
    ]


def change_order(cycle, clock, *, mcg):
    """As a dose review would: a newer signed order, linked to the one before."""
    old = cycle.orders.get()
    steps = [{**step, "mcg_per_day": mcg} for step in old.steps]
    signature = old.signature
    fresh = type(old)(cycle=cycle, steps=steps, created_at=clock.now + H, replaces=old)
    signature.pk, signature._state.adding = None, True
    signature.uuid = uuid4()
    signature.save()
    fresh.signature = signature
    fresh.save()


def test_a_higher_dose_is_made_and_released_ahead_and_not_hung_before_its_step(
    cast, clock, sign_in
):
    cycle = running(cast, clock)
    plan = cycle.plans.get(is_current=True)
    n = next(b.n for b in plan.bags.order_by("n") if b.dose_mcg_per_day == 28)
    bag = ready(cast, clock, cycle, n=n)
    assert bag.state == "released"
    premedicated(cast, clock, cycle, before="step")
    clock.forward(minutes=75)
    assert "bag.dose_too_early" in codes(lambda: change_bag(**hang(cast, clock, bag)))
    url = reverse("infusions:change_bag", args=[cycle.uuid])
    data = {"bag_code": bag.code, "password": PASSWORD, "idempotency_key": key()}
    data["occurred_at"] = f"{clock.now.astimezone():%Y-%m-%d %H:%M}"
    page = sign_in(cast.nadia).post(url, data)
    assert page.status_code == 422
    cycle.refresh_from_db()
    assert cycle.current_bag.planned.n == 1
