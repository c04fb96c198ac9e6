"""What a scan in the hood must be: the right article, in date, used once, and of this bag."""

from datetime import datetime

from django.utils.translation import gettext as _

from commands.refusals import refuse
from infusions.models import Bag, MakeSession
from infusions.pharmacy.make_steps import recipe_of, steps_done
from infusions.pharmacy.recalls import recall_stops
from infusions.scans import gs1
from infusions.scans.products import check_kind, check_not_expired, day_at, product_of
from protocol import making
from protocol.stops import HardStop


def judged_scan(session: MakeSession, step: making.MakeStep, text: str, at: datetime) -> dict:
    """What the scan says, as the step keeps it. Raises HardStop on the field `scan`."""
    scan = gs1.read(text)
    if scan.bag_code:
        _refuse_bag(session, scan.bag_code)
    scan.needs("gtin", "lot", "expires_on")
    site = session.cycle.patient.care_team.site
    product = product_of(scan, site.organisation)
    check_kind(product, step.product)
    check_not_expired(scan, product, day_at(site, at))
    stops = recall_stops(site.organisation_id, [(scan.gtin, scan.lot)], field="scan")
    if stops:
        raise HardStop(*stops)
    _check_used_once(session, step, scan)
    if step.key == making.PRIME:
        stop = making.filter_stop(recipe_of(session), has_filter=product.has_filter)
        if stop is not None:
            raise HardStop(stop)
    return {
        "product": str(product.uuid),
        "name": product.name,
        "gtin": scan.gtin,
        "ndc": product.ndc,
        "lot": scan.lot,
        "expires_on": scan.expires_on.isoformat() if scan.expires_on else "",
        "serial": scan.serial,
        "mcg_per_vial": str(product.mcg_per_vial) if product.mcg_per_vial else "",
    }


def _refuse_bag(session: MakeSession, code: str) -> None:
    """The label of a bag, and so of a patient, has no place among what is scanned here."""
    bag = Bag.objects.filter(code__iexact=code).select_related("cycle", "planned").first()
    if bag is not None and bag.cycle.patient_id != session.cycle.patient_id:
        words = _("This is a bag of another patient. Take it out of the hood, then scan again.")
        refuse("scan.other_patient", words, field="scan")
    words = _("This is the label of a bag. Scan the package that the step asks for.")
    refuse("scan.other_bag", words, field="scan")


def _check_used_once(session: MakeSession, step: making.MakeStep, scan: gs1.Scan) -> None:
    """A serial number names one package: it is not scanned for two vials."""
    if not scan.serial:
        return
    for key, row in steps_done(session).items():
        value = row.value
        if key != step.key and (value.get("gtin"), value.get("serial")) == (scan.gtin, scan.serial):
            words = _("This very package was scanned already. Scan the next one.")
            refuse("scan.same_package", words, field="scan")
