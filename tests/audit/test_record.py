import pytest
from django.db import transaction

from audit import actions
from audit.models import Event


def test_a_change_whose_record_cannot_be_written_is_not_made(cast, monkeypatch):
    def fails(**kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(actions.Event.objects, "create", fails)
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        cast.team.name = "Renamed"
        cast.team.save()
        actions.record(verb="renamed", subject=cast.team, by=cast.adam)
    cast.team.refresh_from_db()
    assert cast.team.name == "Leukaemia team"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(clock):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        actions.record(verb="renamed", subject="x:1", by="system:test")
    assert not Event.objects.exists()
