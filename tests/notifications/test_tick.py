import pytest

from audit.models import Seal
from notifications import sweep
from notifications.models import OutboxMessage
from tests.notifications.builders import make_reminder

pytestmark = pytest.mark.django_db


def test_one_tick_raises_sends_and_seals(cast, monkeypatch):
    monkeypatch.setattr(sweep, "_sealed_at", None)
    make_reminder(cast)
    sweep.tick()
    assert set(OutboxMessage.objects.values_list("state", "sent_by")) == {("sent", "ticker")}
    assert Seal.objects.exists()
