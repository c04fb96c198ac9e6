from datetime import datetime

from django.conf import settings
from django.utils import timezone

from clock.models import TrainingClock


def move_to(*, at: datetime) -> TrainingClock:
    """Sets domain time to `at`. Forward only: going back is `make demo-reset`."""
    if not settings.TRAINING:
        raise RuntimeError("The clock can be moved in training mode only.")
    real = timezone.now()
    row, _made = TrainingClock.objects.select_for_update().get_or_create(only=True)
    row.offset = max(row.offset, at - real)
    row.moved_at = real
    row.save(update_fields=["offset", "moved_at"])
    return row
