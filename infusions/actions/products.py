"""The list of articles a scan is looked up in."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from infusions.models import Product
from infusions.scans import gs1
from teams.permissions import Permission, require


@transaction.atomic
def add_product(
    *,
    kind: str,
    name: str,
    gtin: str,
    source: str,
    by,
    at: datetime,
    ndc: str = "",
    mcg_per_vial: Decimal | None = None,
    has_filter: bool | None = None,
) -> Product:
    """One article of this person's organisation. `mcg_per_vial`: of a drug vial, as labelled."""
    require(by, Permission.MANAGE_PRODUCTS)
    fields = {"kind": kind, "name": name.strip(), "gtin": number_of(gtin), "ndc": ndc.strip()}
    is_vial, is_set = kind == Product.Kind.DRUG_VIAL, kind == Product.Kind.TUBING_SET
    if not source.strip():
        refuse("product.source", _("Say where this was read."), field="source")
    if is_vial and mcg_per_vial is None:
        refuse("product.mcg", _("Give the micrograms one vial holds."), field="mcg_per_vial")
    if is_set and has_filter is None:
        refuse("product.filter", _("Say whether the set has a filter."), field="has_filter")
    try:
        with transaction.atomic():
            product = Product.objects.create(
                organisation=by.organisation,
                **fields,
                mcg_per_vial=mcg_per_vial if is_vial else None,
                has_filter=has_filter if is_set else None,
                source=source.strip(),
                added_by=by,
                added_at=at,
            )
    except IntegrityError:
        refuse("product.known", _("This product number is on the list already."), field="gtin")
    record(verb="added_product", subject=product, by=by, at=at, after=fields)
    return product


def number_of(text: str) -> str:
    """From a scan of the package, or typed on its own."""
    digits = text.strip().replace("-", "").replace(" ", "")
    if digits.isdigit() and len(digits) <= gs1.GTIN_LENGTHS[-1]:
        return gs1.gtin_of(digits)
    return gs1.read(text, field="gtin").needs("gtin", field="gtin").gtin


@transaction.atomic
def withdraw_product(*, product: Product, reason: str, by, at: datetime) -> Product:
    """No longer accepted by a scan; what was made with it stays as it is."""
    return _set_active(product, False, "withdrew_product", reason=reason, by=by, at=at)


@transaction.atomic
def restore_product(*, product: Product, reason: str, by, at: datetime) -> Product:
    return _set_active(product, True, "restored_product", reason=reason, by=by, at=at)


def _set_active(product, active: bool, verb: str, *, reason: str, by, at: datetime) -> Product:
    require(by, Permission.MANAGE_PRODUCTS)
    locked = Product.objects.select_for_update().get(pk=product.pk)
    if not reason.strip():
        refuse("product.no_reason", _("Say why."), field="reason")
    locked.is_active = active
    locked.save(update_fields=["is_active"])
    record(verb=verb, subject=locked, by=by, at=at, reason=reason.strip())
    return locked
