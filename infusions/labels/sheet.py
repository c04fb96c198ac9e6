"""What stands on a bag label: values from the rows, and the words made of them.

Values are kept with each print (`LabelPrint.content`), so that a later correction can be seen on
the labels that are out, whatever language they were printed in.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import dateformat
from django.utils.translation import gettext as _

from audit.actions import plain
from display.formats import amount, date_short, local
from infusions import values
from infusions.models import Bag, LabelPrint
from infusions.pharmacy.custody import clocks_of
from protocol import stability
from protocol.label import Status

# A label printed cold says itself what holds outside the fridge: that is no other label.
FOLLOWS_FROM_WARMTH = {"discard_after", "begin_by", "binds", "storage"}


def content_of(bag: Bag) -> dict:
    """The values of the label now, JSON-ready: amounts as text in mL, mcg, mL/h and h, times in
    UTC. Raises HardStop when the label set gives no storage limit any more."""
    patient, rules = bag.cycle.patient, values.label_of_bag(bag)
    limits = stability.storage_row(rules, preservative=bag.preservative, hours=bag.bag_hours)
    return plain(
        {
            "code": bag.code,
            "family_name": patient.family_name,
            "given_name": patient.given_name,
            "birth_date": patient.birth_date,
            "record_number": patient.record_number,
            "drug": settings.LABEL_DRUG_NAME,
            "n": bag.planned.n,
            "of": bag.planned.plan.bags.count(),
            "cycle": bag.cycle.number,
            "drug_mcg": bag.drug_mcg,
            "dose_mcg_per_day": bag.dose_mcg_per_day,
            "rate_ml_per_h": bag.rate_ml_per_h,
            "hours": bag.bag_hours,
            "infused_ml": bag.infused_ml,
            "made_ml": bag.made_ml,
            "prepared_at": bag.prepared_at.astimezone(UTC),
            "discard_after": bag.discard_after.astimezone(UTC),
            "begin_by": bag.begin_by.astimezone(UTC) if bag.begin_by else None,
            "binds": clocks_of(bag).binds,
            "zone": patient.care_team.site.zone,
            "storage": bag.storage,
            "room_hours": limits.room_hours,
            "preservative": bag.preservative,
            "filter_required": bag.filter_required,
            "prepared_by": bag.compounded_by,
            "checked_by": bag.checked_by,
            "is_single_checked": bag.lacks_second_check,
            "site": patient.care_team.site.name,
            "phone": patient.care_team.site.phone_24h,
            "label_set": rules.id,
            "recipe_row": bag.recipe_row,
            "is_site_protocol": bag.recipe_status == Status.SITE,
            "released_at": bag.released_at.astimezone(UTC),
            "is_training": rules.is_training or values.is_training(bag.cycle),
        }
    )


def differs(printed: dict, now: dict) -> list[str]:
    """Names of the values in which a printed label is no longer right. What labels did not say yet
    when it was printed makes it no wrong label."""
    names = {name for name in now if name in printed and printed[name] != now[name]}
    if printed["storage"] == Bag.Storage.COLD and now["storage"] != Bag.Storage.COLD:
        names -= FOLLOWS_FROM_WARMTH
    return sorted(names)


def name_of(value: str) -> str:
    """What a person calls a value of the label."""
    names = {
        "family_name": _("name"),
        "given_name": _("name"),
        "birth_date": _("date of birth"),
        "record_number": _("record number"),
        "prepared_at": _("time of preparation"),
        "discard_after": _("discard after"),
        "begin_by": _("begin by"),
        "binds": _("which of both times binds"),
        "storage": _("storage"),
        "checked_by": _("who checked it"),
        "released_at": _("time of release"),
        "of": _("number of bags"),
        "site": _("site"),
        "phone": _("telephone number"),
        "zone": _("time zone"),
    }
    return names.get(value) or value.replace("_", " ")


def words_of(content: dict, *, printed: LabelPrint | None = None) -> dict:
    """The texts of the label in the reader's language; `printed` None is a preview."""
    is_cold = content["storage"] == Bag.Storage.COLD
    return {
        **content,
        "birth_date": date_short(date.fromisoformat(content["birth_date"])),
        "total": _amount(content, "drug_mcg", "mcg"),
        "dose": _amount(content, "dose_mcg_per_day", _("mcg/day")),
        "rate": _amount(content, "rate_ml_per_h", "mL/h"),
        "duration": amount(content["hours"], "h"),
        "infused": _amount(content, "infused_ml", "mL"),
        "made": _amount(content, "made_ml", "mL"),
        "prepared": moment(content["prepared_at"], content["zone"]),
        "discard": moment(content["discard_after"], content["zone"]),
        "begin": moment(content["begin_by"], content["zone"]) if content.get("begin_by") else "",
        "begin_binds": content.get("binds") == "beyond_use",
        "released": moment(content["released_at"], content["zone"]),
        "is_cold": is_cold,
        "storage_words": Bag.Storage(content["storage"]).label,
        "warm": amount(content["room_hours"], "h"),
        "filter": filter_words(content["filter_required"]),
        "is_preview": printed is None,
        "reprint": printed.n - 1 if printed is not None else 0,
        "reason": printed.reason if printed is not None else "",
    }


def _amount(content: dict, name: str, unit: str) -> str:
    return amount(Decimal(content[name]), unit)


def filter_words(required: bool | None) -> str:
    if required is None:
        return _("Filter: ask pharmacy")
    return _("Use an in-line filter") if required else _("No in-line filter")


def moment(at: str | datetime, zone: str) -> str:
    """ "Wed 6 Jan 2027 10:00 EST": the year and the zone always, for a label travels."""
    at = local(datetime.fromisoformat(at) if isinstance(at, str) else at, zone)
    return f"{dateformat.format(at, 'D j M Y')} {at:%H:%M} {zone_word(at)}"


def zone_word(at: datetime) -> str:
    """ "EST", or "UTC+3" where the zone has no letters of its own."""
    name = at.tzname() or ""
    if name.isalpha():
        return name
    offset = at.utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
