"""Two workers seal in the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from audit.actions import record
from audit.models import Seal, SealedEvent
from audit.sealing import seal
from audit.verifying import verify

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def seal_in_a_thread(_n) -> None:
    try:
        seal()
    finally:
        connection.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: real writers")
def test_every_event_is_sealed_once_and_the_chain_does_not_fork(clock):
    with transaction.atomic():
        for n in range(40):
            record(verb="started", subject=f"test:{n}", by="system:test")
    with ThreadPoolExecutor(4) as sealers:
        list(sealers.map(seal_in_a_thread, range(8)))
    assert SealedEvent.objects.count() == 40
    assert Seal.objects.count() == 1
    assert verify().fault is None
