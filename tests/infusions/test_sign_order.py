import pytest

from audit.models import Event
from commands.refusals import Stale
from infusions.actions.cycles import sign_order
from protocol.stops import HardStop
from tests.infusions.planning import planned, signed
from tests.people import PASSWORD


def sign(cycle, by, at, **changes):
    fields = {"password": PASSWORD, "statement": "I prescribe these doses."}
    return sign_order(order=cycle.orders.get(), by=by, at=at, **{**fields, **changes})


def test_the_signature_keeps_name_time_meaning_and_doses(cast, clock):
    signature = signed(cast, clock).orders.get().signature
    assert (signature.printed_name, signature.meaning) == ("Olga Onco", "prescribed")
    assert signature.at == clock.now
    assert signature.content["steps"][1]["mcg_per_day"].startswith("28")


def test_signing_makes_the_cycle_ordered(cast, clock):
    cycle = signed(cast, clock)
    assert cycle.state == "ordered"
    assert Event.objects.filter(verb="signed_order", actor="Olga Onco").exists()


def test_a_wrong_password_signs_nothing(cast, clock):
    cycle = planned(cast, clock)
    with pytest.raises(HardStop, match="not your password"):
        sign(cycle, cast.olga, clock.now, password="wrong")
    assert not cycle.orders.get().is_signed


@pytest.mark.parametrize("who", ["farid", "nadia", "carla", "tom"])
def test_only_an_oncologist_signs(cast, clock, who):
    with pytest.raises(HardStop, match="role"):
        sign(planned(cast, clock), getattr(cast, who), clock.now)


def test_an_order_is_signed_once(cast, clock):
    with pytest.raises(HardStop, match="signed already"):
        sign(signed(cast, clock), cast.olga, clock.now)


def test_a_stale_page_signs_nothing(cast, clock):
    cycle = planned(cast, clock)
    with pytest.raises(Stale):
        sign(cycle, cast.olga, clock.now, version=cycle.version + 1)
