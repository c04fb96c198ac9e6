"""A hold stops the pharmacy at once; nothing comes back by itself."""

import pytest
from django.urls import reverse

from audit.models import Event
from infusions.actions.bags import discard_bag, move_bag
from infusions.actions.checks import check_bag
from infusions.actions.holds import place_hold, release_hold
from infusions.actions.making import start_make
from infusions.actions.quarantines import quarantine_for
from infusions.actions.reports import interrupt_infusion
from infusions.actions.runs import resume_infusion, start_infusion
from infusions.models import Bag, Hold, Quarantine
from infusions.pharmacy.holds import may_still_make
from infusions.pharmacy.make_stops import stops_of
from infusions.queries import plan_of
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import labelled, made, reading, signed
from tests.infusions.running import hang, ready_to_start, restart_checked, running
from tests.infusions.test_interrupt_resume import resuming
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def held(cast, clock, cycle, *, by="olga", reason="Confused, ICE 2"):
    cycle.refresh_from_db()
    facts = {"by": getattr(cast, by), "password": PASSWORD, "statement": "I hold.", "at": clock.now}
    return place_hold(cycle=cycle, reason=reason, **facts)


def let_go(cast, clock, hold, *, by="olga"):
    facts = {"by": getattr(cast, by), "password": PASSWORD, "statement": "Over.", "at": clock.now}
    return release_hold(hold=hold, reason="Grade 0 since Monday", **facts)


def codes(act) -> list[str]:
    with pytest.raises(HardStop) as caught:
        act()
    return [stop.code for stop in caught.value.stops]


def making(cycle, n=1):
    cycle.refresh_from_db()
    return [s.code for s in may_still_make(cycle, plan_of(cycle).bags.get(n=n))]


def test_a_hold_quarantines_the_bags_that_wait(cast, clock):
    bag = labelled(cast, clock)
    hold = held(cast, clock, bag.cycle)
    bag.refresh_from_db()
    assert (hold.kind, bag.state) == ("treatment", "quarantined")
    row = bag.quarantines.get()
    assert (row.cause, row.hold, row.ended_at) == ("hold", hold, None)
    assert hold.signature.signer == cast.olga
    assert Event.objects.filter(verb="placed_hold").exists()


def test_nothing_is_made_while_it_is_open(cast, clock):
    cycle = signed(cast, clock)
    assert making(cycle) == []
    held(cast, clock, cycle)
    assert making(cycle) == ["hold.open"]
    assert codes(lambda: made(cast, clock, cycle=cycle)) == ["hold.open"]


def test_work_at_the_hood_is_told_to_stop(cast, clock):
    cycle = signed(cast, clock)
    held(cast, clock, cycle)
    stops = may_still_make(cycle, plan_of(cycle).bags.get(n=1), session=object())
    assert [stop.code for stop in stops] == ["make.stop", "hold.open"]


def test_the_pharmacy_is_not_asked_for_bags_meanwhile(cast, clock):
    cycle = signed(cast, clock)
    open_ones = Reminder.objects.filter(kind="bag_needed", state__in=["waiting", "raised"])
    assert open_ones.exists()
    hold = held(cast, clock, cycle)
    assert not open_ones.exists()
    assert Reminder.objects.filter(kind="hold_placed", state="waiting").exists()
    let_go(cast, clock, hold)
    assert open_ones.exists()
    assert not Reminder.objects.filter(kind="hold_placed", state="waiting").exists()


def test_a_pharmacist_stops_the_making_only(cast, clock):
    bag = ready_to_start(cast, clock)
    hold = held(cast, clock, bag.cycle, by="farid", reason="Order looks wrong")
    assert hold.kind == "making"
    assert making(bag.cycle, n=2) == ["hold.open"]
    let_go(cast, clock, hold, by="petra")


def test_who_may_not_place_or_release(cast, clock):
    cycle = signed(cast, clock)
    assert codes(lambda: held(cast, clock, cycle, by="nadia")) == ["permission.role"]
    hold = held(cast, clock, cycle)
    assert codes(lambda: let_go(cast, clock, hold, by="farid")) == ["hold.role"]
    assert codes(lambda: held(cast, clock, cycle)) == ["hold.placed_already"]


def test_a_hold_needs_a_reason_and_the_password(cast, clock):
    cycle = signed(cast, clock)
    assert codes(lambda: held(cast, clock, cycle, reason=" ")) == ["hold.no_reason"]
    facts = {"by": cast.olga, "statement": "I hold.", "at": clock.now, "reason": "ICE 2"}
    with pytest.raises(HardStop):
        place_hold(cycle=cycle, password="wrong", **facts)
    assert not Hold.objects.exists()


def test_a_released_hold_lets_no_bag_out(cast, clock):
    bag = labelled(cast, clock)
    hold = held(cast, clock, bag.cycle)
    assert codes(lambda: check_bag(**reading(cast, clock, bag, by=cast.petra))) == ["bag.hold_open"]
    let_go(cast, clock, hold)
    bag.refresh_from_db()
    assert bag.state == "quarantined"
    assert Reminder.objects.filter(kind="bag_to_check", state="waiting").exists()
    check_bag(**reading(cast, clock, bag, by=cast.petra))
    bag.refresh_from_db()
    row = bag.quarantines.get()
    assert (bag.state, row.outcome, row.ended_by) == ("released", "checked", cast.petra)


def test_a_quarantined_bag_may_be_discarded(cast, clock):
    bag = labelled(cast, clock)
    held(cast, clock, bag.cycle)
    discard_bag(bag=bag, reason="not needed", by=cast.farid, at=clock.now)
    assert bag.quarantines.get().outcome == "discarded"


def test_a_quarantined_bag_is_refused_at_the_bedside_with_the_cause(cast, clock, sign_in):
    bag = ready_to_start(cast, clock)
    cause, recall = Quarantine.Cause.STORAGE_FAILURE, "Fridge 3 at 11 °C"
    facts = {"cause": cause, "because": recall, "by": cast.farid, "at": clock.now}
    quarantine_for(bags=[bag], **facts)
    with pytest.raises(HardStop) as caught:
        start_infusion(**hang(cast, clock, bag))
    stop = next(s for s in caught.value.stops if s.code == "bag.quarantined")
    assert "Storage failed: Fridge 3 at 11 °C" in stop.message
    data = {"code": bag.code, "place": "ward", "storage": "room", "idempotency_key": key()}
    data["moved_at"] = "2027-01-04 11:15"
    url = reverse("infusions:move_bag", args=[bag.uuid])
    page = sign_in(cast.nadia).post(url, data, follow=True)
    assert "Fridge 3 at 11 °C" in page.content.decode()


def test_two_causes_have_both_to_be_over(cast, clock):
    bag = labelled(cast, clock)
    hold = held(cast, clock, bag.cycle)
    facts = {"by": cast.farid, "at": clock.now, "because": "lot QX77K"}
    quarantine_for(bags=[bag], cause=Quarantine.Cause.RECALL, **facts)
    let_go(cast, clock, hold)
    bag.refresh_from_db()
    assert codes(lambda: check_bag(**reading(cast, clock, bag, by=cast.petra))) == ["bag.recalled"]


def test_a_hanging_bag_is_not_quarantined(cast, clock):
    cycle = running(cast, clock)
    held(cast, clock, cycle)
    assert Bag.objects.get(pk=cycle.current_bag_id).state == "hung"


def test_no_restart_while_the_treatment_is_on_hold(cast, clock):
    cycle = running(cast, clock)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="pump")
    hold = held(cast, clock, cycle)
    clock.forward(minutes=5)
    restart_checked(cast, clock, cycle)
    refused = codes(lambda: resume_infusion(**resuming(cast, clock, cycle)))
    assert "hold.open" in refused
    let_go(cast, clock, hold)
    resume_infusion(**resuming(cast, clock, cycle))


def test_nothing_is_made_while_a_side_effect_waits_for_the_prescriber(cast, clock):
    cycle = running(cast, clock)
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, cause="adverse_reaction")
    assert making(cycle, n=2) == ["hold.decision_open"]


def test_the_hold_page_places_and_releases(cast, clock, sign_in):
    bag = labelled(cast, clock)
    client, url = sign_in(cast.olga), reverse("infusions:hold", args=[bag.cycle.uuid])
    assert b"Place the hold" in client.get(url).content
    data = {"reason": "Confused", "password": PASSWORD, "idempotency_key": key()}
    page = client.post(url, data, follow=True).content.decode()
    assert "Release the hold" in page and bag.code in page
    assert "Quarantined" in page
    hold = Hold.objects.get()
    out = reverse("infusions:release_hold", args=[hold.uuid])
    data = {"reason": "Well again", "password": PASSWORD, "idempotency_key": key()}
    page = client.post(out, data, follow=True).content.decode()
    assert "Earlier holds" in page and "Well again" in page
    assert sign_in(cast.outsider).get(url).status_code == 404


def test_the_history_of_the_bag_says_the_cause(cast, clock, sign_in):
    bag = labelled(cast, clock)
    held(cast, clock, bag.cycle)
    move_bag(
        bag=bag,
        code=bag.code,
        place="pharmacy",
        storage="cold",
        moved_at=clock.now,
        by=cast.farid,
        at=clock.now,
    )
    page = sign_in(cast.nadia).get(reverse("infusions:bag", args=[bag.uuid])).content.decode()
    assert "Dose on hold: Confused, ICE 2" in page


def test_the_open_work_at_the_hood_stops(cast, clock, sign_in):
    cycle = signed(cast, clock)
    session = start_make(cycle=cycle, planned_n=1, by=cast.tom, at=clock.now)
    client = sign_in(cast.tom)
    url = reverse("infusions:make", args=[cycle.uuid, 1])
    before = client.get(url, HTTP_X_LIVE="1")
    assert "Dose on hold" not in before.content.decode()
    held(cast, clock, cycle)
    again = client.get(url, HTTP_X_LIVE="1", HTTP_IF_NONE_MATCH=before.get("ETag", ""))
    assert "Dose on hold" in again.content.decode()
    session.refresh_from_db()
    assert [stop.code for stop in stops_of(session, cast.tom, clock.now)] == ["hold.open"]


def test_nobody_checks_a_bag_while_its_hold_is_open(cast, clock, sign_in):
    bag = labelled(cast, clock)
    held(cast, clock, bag.cycle)
    url = reverse("infusions:bag", args=[bag.uuid])
    page = sign_in(cast.petra).get(url).content.decode()
    assert reverse("infusions:check_bag", args=[bag.uuid]) not in page
    assert "It stays set apart while the hold is open." in page


def test_no_checklist_is_opened_for_a_quarantined_bag(cast, clock, sign_in):
    bag = labelled(cast, clock)
    held(cast, clock, bag.cycle)
    url = reverse("infusions:pre_infusion", args=[bag.uuid])
    page = sign_in(cast.nadia).post(url, {"idempotency_key": key()})
    assert page.status_code == 422
    assert "Dose on hold: Confused, ICE 2" in page.content.decode()
