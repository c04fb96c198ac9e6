"""Since when a bag hangs, as the ledger has it now. `Bag.hung_at` is what was first recorded and
stays as it is; a corrected start moves the time, and a start taken back means it never hung."""

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from infusions.models import Bag, InfusionEvent

HANGS = (
    InfusionEvent.Kind.STARTED,
    InfusionEvent.Kind.BAG_CHANGED,
    InfusionEvent.Kind.RESUMED,
)


def with_hung_from(bags: QuerySet) -> QuerySet:
    """Adds `hung_from` to each bag; None: it never hung."""
    events = InfusionEvent.objects.filter(bag=OuterRef("pk"))
    first = events.filter(kind__in=HANGS, corrected_by=None).order_by("occurred_at")
    told = Subquery(first.values("occurred_at")[:1])
    return bags.annotate(hung_from=Case(When(Exists(events), then=told), default=F("hung_at")))


def hung_from(bag: Bag) -> datetime | None:
    if bag.hung_at is None:
        return None
    rows = with_hung_from(Bag.objects.filter(pk=bag.pk))
    return rows.values_list("hung_from", flat=True).first()
