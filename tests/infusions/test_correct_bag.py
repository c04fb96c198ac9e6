"""Correcting what was logged of a bag: the first entry stays, what follows is redone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from infusions.actions.bag_corrections import (
    correct_move,
    correct_vial,
    correct_work,
    take_release_back,
)
from infusions.actions.bags import move_bag
from infusions.actions.checks import check_bag
from infusions.actions.runs import start_infusion
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.planning import labelled, made, reading
from tests.infusions.running import hang, ready_to_start, running

pytestmark = pytest.mark.usefixtures("templates_loaded")
ROOM, COLD = "room", "cold"


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def scanned(cast, clock, bag, **changes):
    facts = {"code": bag.code, "place": "ward", "storage": ROOM, "moved_at": clock.now}
    move_bag(bag=bag, by=cast.nadia, at=clock.now, **{**facts, **changes})
    bag.refresh_from_db()
    return bag.moves.order_by("-pk")[0]


def fix_scan(cast, clock, move, **told):
    facts = {"by": cast.nadia, "at": clock.now, "correction_reason": "read the log again"}
    fresh = correct_move(move=move, **{**facts, **told})
    move.bag.refresh_from_db()
    return fresh


def fix_work(cast, clock, bag, **told):
    facts = {"by": cast.tom, "at": clock.now, "correction_reason": "syringe read again"}
    fresh = correct_work(bag=bag, **{**facts, **told})
    bag.refresh_from_db()
    return fresh


def waiting(kind) -> list[str]:
    rows = Reminder.objects.filter(kind=kind, state="waiting")
    return sorted(rows.values_list("subject", flat=True))


def test_a_scan_at_another_hour_changes_how_long_the_bag_keeps(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=10)
    move = scanned(cast, clock, bag, place="pharmacy")
    until = bag.discard_after
    fresh = fix_scan(cast, clock, move, moved_at=clock.now - timedelta(hours=4))
    assert fresh.corrects == move
    assert move.bag.discard_after == until - timedelta(hours=4)


def test_a_scan_that_never_happened_no_longer_counts(cast, clock):
    bag = labelled(cast, clock)
    before = (bag.place, bag.storage, bag.discard_after)
    clock.forward(hours=1)
    move = scanned(cast, clock, bag)
    fresh = fix_scan(cast, clock, move, is_withdrawn=True)
    bag.refresh_from_db()
    assert (bag.place, bag.storage, bag.discard_after) == before
    assert refusal(lambda: fix_scan(cast, clock, fresh, place="home")) == "correction.voided"


def test_the_first_storage_can_be_corrected_and_not_the_place(cast, clock):
    bag = labelled(cast, clock)
    first = bag.moves.get()
    assert refusal(lambda: fix_scan(cast, clock, first, place="ward")) == "bag.first_scan"
    fix_scan(cast, clock, first, storage=ROOM)
    bag.refresh_from_db()
    assert (bag.storage, bag.discard_after) == (ROOM, bag.prepared_at + timedelta(hours=48))


def test_a_scan_of_the_running_bag_moves_the_next_change(cast, clock):
    cycle = running(cast, clock)
    bag, before = cycle.current_bag, cycle.bag_ends_at
    fix_work(cast, clock, bag, prepared_at=bag.prepared_at - timedelta(hours=5))
    move = bag.moves.get(storage=ROOM)
    move = fix_scan(cast, clock, move, moved_at=move.moved_at - timedelta(hours=4))
    cycle.refresh_from_db()
    bag.refresh_from_db()
    assert bag.discard_after == bag.prepared_at + timedelta(hours=48) < before
    assert cycle.bag_ends_at == cycle.next_change_at == bag.discard_after
    due = Reminder.objects.get(kind="bag_change", state="waiting").due_at
    assert due == bag.discard_after
    late = {"moved_at": bag.hung_at + timedelta(minutes=1)}
    clock.forward(hours=1)
    assert refusal(lambda: fix_scan(cast, clock, move, **late)) == "bag.moved_outside"


def test_a_scan_that_was_cold_after_all_discards_the_bag(cast, clock):
    bag = labelled(cast, clock)
    scanned(cast, clock, bag)
    clock.forward(hours=1)
    move = scanned(cast, clock, bag, place="home")
    fix_scan(cast, clock, move, storage=COLD)
    bag.refresh_from_db()
    assert bag.state == "discarded"


def test_a_bag_discarded_for_a_wrong_scan_waits_for_a_pharmacist(cast, clock):
    bag = labelled(cast, clock)
    scanned(cast, clock, bag)
    clock.forward(hours=1)
    move = scanned(cast, clock, bag, place="home", storage=COLD)
    assert bag.state == "discarded"
    fix_scan(cast, clock, move, storage=ROOM)
    bag.refresh_from_db()
    assert (bag.state, bag.discarded_because) == ("quarantined", "")
    assert waiting("bag_to_check") == [f"infusions.bag:{bag.uuid}"]
    assert f"infusions.plannedbag:{bag.planned.uuid}" not in waiting("bag_needed")
    check_bag(**reading(cast, clock, bag))
    bag.refresh_from_db()
    assert bag.state == "released"


def test_a_replaced_bag_stays_discarded(cast, clock):
    bag = labelled(cast, clock)
    scanned(cast, clock, bag)
    clock.forward(hours=1)
    move = scanned(cast, clock, bag, storage=COLD)
    made(cast, clock, cycle=bag.cycle, n=1)
    fix_scan(cast, clock, move, storage=ROOM)
    bag.refresh_from_db()
    assert bag.state == "discarded"


def test_another_volume_sets_a_released_bag_apart(cast, clock):
    bag = labelled(cast, clock)
    first = bag.work.get()
    fix_work(cast, clock, bag, drawn_ml=first.drawn_ml + 1)
    assert bag.state == "quarantined"
    assert bag.drawn_ml == first.drawn_ml + 1
    assert waiting("bag_to_check") == [f"infusions.bag:{bag.uuid}"]
    again = reading(cast, clock, bag)
    assert refusal(lambda: check_bag(**again)) == "bag.not_as_ordered"


def test_a_volume_that_was_right_after_all_is_checked_again_and_released(cast, clock):
    bag = labelled(cast, clock)
    right = bag.drawn_ml
    fix_work(cast, clock, bag, drawn_ml=right + 1)
    fix_work(cast, clock, bag, drawn_ml=right, correction_reason="the first was right")
    mine = reading(cast, clock, bag, by=cast.petra)
    check_bag(**mine)
    bag.refresh_from_db()
    assert (bag.state, bag.checked_by) == ("released", cast.petra)
    assert bag.work.count() == 3


def test_who_corrected_the_log_does_not_check_it(cast, clock):
    bag = labelled(cast, clock)
    right = bag.drawn_ml
    fix_work(cast, clock, bag, drawn_ml=right + 1)
    fix_work(cast, clock, bag, drawn_ml=right, by=cast.petra)
    mine = reading(cast, clock, bag, by=cast.petra)
    assert refusal(lambda: check_bag(**mine)) == "bag.own_correction"


def test_the_record_does_not_tell_the_checker_the_volume(cast, clock):
    bag = labelled(cast, clock)
    fix_work(cast, clock, bag, drawn_ml=Decimal("98.76"))
    event = Event.objects.filter(verb="corrected").latest("pk")
    assert "98.76" not in str(event.after) + str(event.before)


def test_another_volume_of_a_running_bag_asks_the_prescriber(cast, clock):
    cycle = running(cast, clock)
    bag = cycle.current_bag
    fix_work(cast, clock, bag, drawn_ml=bag.drawn_ml + 1)
    assert bag.state == "hung"
    assert waiting("prescriber_question") == [f"infusions.bag:{bag.uuid}"]


def test_another_time_of_preparation_counts_again(cast, clock):
    cycle = running(cast, clock)
    bag = cycle.current_bag
    first, until = bag.prepared_at, bag.discard_after
    fix_scan(cast, clock, bag.moves.get(storage=COLD), storage=ROOM)
    fix_work(cast, clock, bag, prepared_at=first - timedelta(hours=5))
    cycle.refresh_from_db()
    assert bag.discard_after < until
    assert bag.moves.filter(corrected_by=None).earliest("moved_at").moved_at == bag.prepared_at
    assert cycle.bag_ends_at <= bag.discard_after


def test_a_bag_was_not_prepared_after_it_was_released(cast, clock):
    bag = labelled(cast, clock)
    clock.forward(hours=1)
    told = {"prepared_at": clock.now - timedelta(minutes=1)}
    assert refusal(lambda: fix_work(cast, clock, bag, **told)) == "bag.prepared_after_use"


def test_nothing_changed_and_no_reason_are_refused(cast, clock):
    bag = labelled(cast, clock)
    same = {"drawn_ml": bag.drawn_ml, "prepared_at": bag.prepared_at.replace(second=0)}
    assert refusal(lambda: fix_work(cast, clock, bag, **same)) == "correction.nothing"
    told = {"stabiliser_lot": "ST-8", "correction_reason": " "}
    assert refusal(lambda: fix_work(cast, clock, bag, **told)) == "correction.no_reason"


def test_a_nurse_does_not_correct_the_hood_nor_a_case_manager_a_scan(cast, clock):
    bag = labelled(cast, clock)
    told = {"stabiliser_lot": "ST-8", "by": cast.nadia}
    assert refusal(lambda: fix_work(cast, clock, bag, **told)) == "permission.role"
    told = {"storage": ROOM, "by": cast.carla}
    first = bag.moves.get()
    assert refusal(lambda: fix_scan(cast, clock, first, **told)) == "permission.role"


def test_a_release_is_taken_back_and_the_bag_is_not_hung(cast, clock):
    bag = ready_to_start(cast, clock)
    facts = {"by": cast.petra, "at": clock.now, "correction_reason": "read another bag"}
    take_release_back(bag=bag, **facts)
    bag.refresh_from_db()
    assert (bag.state, bag.checks.get(stage="drawn").agreed) == ("quarantined", True)
    assert refusal(lambda: start_infusion(**hang(cast, clock, bag))) == "bag.quarantined"
    assert refusal(lambda: take_release_back(bag=bag, **facts)) == "bag.not_released"


def test_another_lot_of_a_released_bag_is_checked_again(cast, clock):
    bag = labelled(cast, clock)
    vial = bag.vial_lots.get()
    facts = {"expires_on": vial.expires_on, "count": vial.count, "by": cast.tom, "at": clock.now}
    correct_vial(vial=vial, lot="QX78K", correction_reason="misread", **facts)
    bag.refresh_from_db()
    assert bag.state == "quarantined"


@pytest.mark.engine
@pytest.mark.parametrize("name", ["work", "moves", "vial_lots"])
def test_the_first_entries_cannot_be_changed_or_removed(cast, clock, name):
    row = getattr(made(cast, clock), name).first()
    table = row._meta.db_table
    for statement in (
        f"UPDATE {table} SET correction_reason = 'x' WHERE id = %s",  # noqa: S608
        f"DELETE FROM {table} WHERE id = %s",  # noqa: S608
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement, [row.pk])


def sent(client, url, **values):
    return client.post(url, {"idempotency_key": key(), **values})


def test_a_nurse_corrects_a_scan_from_the_page_of_the_bag(cast, clock, sign_in):
    bag = labelled(cast, clock)
    clock.forward(minutes=90)
    move = scanned(cast, clock, bag)
    client = sign_in(cast.nadia)
    page = reverse("infusions:bag", args=[bag.uuid])
    url = reverse("infusions:correct_move", args=[move.uuid])
    assert url in client.get(page).content.decode()
    assert client.get(url).status_code == 200
    told = {"place": "ward", "storage": ROOM, "moved_at": "2027-01-04 10:30"}
    answer = sent(client, url, correction_reason="came earlier", **told)
    assert answer.status_code == 302
    shown = client.get(page).content.decode()
    assert "came earlier" in shown
    assert "<s>Ward, Room temperature" in shown


def test_a_technician_corrects_the_volume_from_the_page_of_the_bag(cast, clock, sign_in):
    bag = labelled(cast, clock)
    client = sign_in(cast.tom)
    page = reverse("infusions:bag", args=[bag.uuid])
    url = reverse("infusions:correct_work", args=[bag.uuid])
    assert url in client.get(page).content.decode()
    told = {"drawn_ml": "99", "stabiliser_lot": "ST-9", "prepared_at": "2027-01-04 10:00"}
    assert sent(client, url, **told).status_code == 422
    assert sent(client, url, correction_reason="misread", **told).status_code == 302
    shown = client.get(page).content.decode()
    assert "Quarantined: do not hang." in shown
    assert "<s>" in shown


def test_the_checker_of_a_set_apart_bag_sees_nothing_of_its_log(cast, clock, sign_in):
    bag = labelled(cast, clock)
    fix_work(cast, clock, bag, drawn_ml=Decimal("98.76"))
    client = sign_in(cast.petra)
    assert "98.76" not in client.get(reverse("infusions:bag", args=[bag.uuid])).content.decode()
    assert client.get(reverse("infusions:correct_work", args=[bag.uuid])).status_code == 404
    assert client.get(reverse("infusions:check_bag", args=[bag.uuid])).status_code == 200


@pytest.mark.parametrize("name", ["correct_work", "take_release_back"])
def test_outsiders_get_404(cast, clock, sign_in, name):
    bag = labelled(cast, clock)
    cast.twin_nurse.role = "pharmacist"
    cast.twin_nurse.save()
    client = sign_in(cast.twin_nurse)
    assert client.get(reverse(f"infusions:{name}", args=[bag.uuid])).status_code == 404
    scan = reverse("infusions:correct_move", args=[bag.moves.get().uuid])
    assert client.get(scan).status_code == 404


def test_making_a_bag_writes_its_first_log(cast, clock):
    bag = made(cast, clock)
    logged = bag.work.get()
    assert (logged.drawn_ml, logged.recorded_by) == (bag.drawn_ml, cast.tom)
