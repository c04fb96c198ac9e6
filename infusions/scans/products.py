"""Which article a scanned number stands for, in one organisation."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions.models import Product
from infusions.scans.gs1 import Scan


def product_of(scan: Scan, organisation, *, field: str = "scan") -> Product:
    """The article. Refuses a number nobody put on the list, and one that was withdrawn."""
    product = Product.objects.filter(organisation=organisation, gtin=scan.gtin).first()
    if product is None:
        words = _("No product with the number %(gtin)s is on the list. Set it aside and ask a "
                  "pharmacist.")  # fmt: skip
        refuse("scan.unknown_product", words % {"gtin": scan.gtin}, field=field)
    if not product.is_active:
        words = _("%(name)s was withdrawn from the list. Set it aside and take another.")
        refuse("scan.withdrawn_product", words % {"name": product.name}, field=field)
    return product


def check_kind(product: Product, kind: str, *, field: str = "scan") -> None:
    if product.kind == kind:
        return
    words = _("This is %(name)s (%(found)s). Scan: %(wanted)s.")
    wanted = str(Product.Kind(kind).label)
    told = {"name": product.name, "found": product.get_kind_display(), "wanted": wanted}
    refuse("scan.wrong_product", words % told, field=field)


def check_not_expired(scan: Scan, product: Product, day: date, *, field: str = "scan") -> None:
    if scan.expires_on is not None and scan.expires_on < day:
        words = _("%(name)s, lot %(lot)s, expired on %(day)s. Set it aside and take another.")
        told = {"name": product.name, "lot": scan.lot, "day": scan.expires_on.strftime("%d %b %Y")}
        refuse("scan.expired", words % told, field=field)


def day_at(site, at: datetime) -> date:
    """The calendar day of the site's clock."""
    return at.astimezone(ZoneInfo(site.zone)).date()


def listed(organisation) -> list[Product]:
    """Every article of an organisation, those in use first."""
    rows = Product.objects.filter(organisation=organisation).select_related("added_by")
    return list(rows.order_by("-is_active", "kind", "name", "gtin"))
