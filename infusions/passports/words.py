"""What people call the rows and values of a label set."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infusions.models import Indication
from protocol.label_facts import Fact, facts_of, kind_of, values_of
from protocol.label_rows import Row
from protocol.units import plain

TABLES = {
    "course": gettext_lazy("Course"),
    "dose": gettext_lazy("Doses"),
    "cycle": gettext_lazy("Cycles"),
    "premedication": gettext_lazy("Premedication"),
    "duration": gettext_lazy("Bag lengths"),
    "bag": gettext_lazy("Bag composition"),
    "storage": gettext_lazy("Storage"),
    "reconstitution": gettext_lazy("Reconstitution"),
    "restart": gettext_lazy("Restart"),
}

NAMES = {
    "cycle_hours": gettext_lazy("Length of a cycle"),
    "fixed_dose_from_kg": gettext_lazy("Fixed dose from"),
    "adult_from_years": gettext_lazy("Adult from"),
    "fixed_mcg_per_day": gettext_lazy("Fixed dose"),
    "per_m2_mcg_per_day": gettext_lazy("Dose per body surface"),
    "cap_mcg_per_day": gettext_lazy("At most"),
    "treatment_free_days": gettext_lazy("Treatment-free days"),
    "supervised_days": gettext_lazy("Supervised days, first and last"),
    "needed": gettext_lazy("Given"),
    "drug": gettext_lazy("Drug"),
    "dose_mg": gettext_lazy("Dose"),
    "mg_per_m2": gettext_lazy("Dose per body surface"),
    "max_mg": gettext_lazy("At most"),
    "route": gettext_lazy("Route"),
    "timing": gettext_lazy("Timing"),
    "minutes_before": gettext_lazy("Minutes before"),
    "alternatives": gettext_lazy("Alternatives"),
    "rate_ml_per_h": gettext_lazy("Rate"),
    "preservative": gettext_lazy("Preservative"),
    "made_ml": gettext_lazy("Made volume"),
    "filter_required": gettext_lazy("In-line filter"),
    "preservative_from_kg": gettext_lazy("Body weight from"),
    "reconstituted_ml": gettext_lazy("Reconstituted drug"),
    "vials": gettext_lazy("Vials"),
    "stabiliser_ml": gettext_lazy("Stabiliser"),
    "saline_ml": gettext_lazy("Saline without preservative"),
    "bacteriostatic_saline_ml": gettext_lazy("Saline with preservative"),
    "room_hours": gettext_lazy("At room temperature"),
    "cold_hours": gettext_lazy("At 2-8 °C"),
    "water_ml_per_vial": gettext_lazy("Water for each vial"),
    "mcg_per_ml": gettext_lazy("Strength afterwards"),
    "withdrawable_ml_per_vial": gettext_lazy("Can be drawn from each vial"),
    "supervised_from_minutes": gettext_lazy("Supervised from a gap of"),
    "same_cycle_hours": gettext_lazy("Same cycle up to a gap of"),
    "same_cycle_causes": gettext_lazy("That limit holds after"),
    "supervision_text": gettext_lazy("Supervision"),
    "window_text": gettext_lazy("Time of giving"),
    "same_cycle_text": gettext_lazy("Same cycle"),
    "phase": gettext_lazy("Phase"),
    "text": gettext_lazy("Sentence"),
    "known": gettext_lazy("Known"),
    "hours": gettext_lazy("Bag length"),
    "basis": gettext_lazy("Dose is"),
    "dose_mcg": gettext_lazy("Daily dose"),
    "bsa_from": gettext_lazy("Body surface from"),
    "bsa_to": gettext_lazy("Body surface below"),
    "item": gettext_lazy("Storage of"),
}

STATES = {
    "verified": (gettext_lazy("Verified"), "done"),
    "read_once": (gettext_lazy("Read once"), "info"),
    "differ": (gettext_lazy("Readings differ"), "critical"),
    "otherwise": (gettext_lazy("Document says otherwise"), "critical"),
    "lapsed": (gettext_lazy("Row changed since"), "warning"),
    "left": (gettext_lazy("Left unverified"), "warning"),
    "withdrawn": (gettext_lazy("Withdrawn"), "warning"),
    "unread": (gettext_lazy("Not read"), "plain"),
    "unknown": (gettext_lazy("Unknown"), "held"),
    "training": (gettext_lazy("Training only"), "warning"),
}

WORDS = {
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "ask": gettext_lazy("ask the prescriber"),
    "known": gettext_lazy("known"),
    "at least": gettext_lazy("at least this long before"),
    "within": gettext_lazy("within this time before"),
    "before": gettext_lazy("before"),
}

EVENTS = {
    "cycle_start": gettext_lazy("before the start"),
    "step": gettext_lazy("before the dose step"),
    "restart": gettext_lazy("before a restart"),
}
ITEMS = {
    "reconstituted_vial": gettext_lazy("Reconstituted vial"),
    "bag": gettext_lazy("Bag"),
}


def title_of(row: Row) -> str:
    """What the row speaks of: "28 mcg/day, 72 h bag"."""
    return TITLE[kind_of(row)](row)


def _dose(row) -> str:
    words = {"from": row.from_hour, "to": row.to_hour}
    return f"{_cycles(row)}, " + _("hour %(from)s to %(to)s") % words


def _cycles(row) -> str:
    indication = Indication(row.indication).label
    first, last = row.first_cycle, row.last_cycle
    number = str(first) if first == last else f"{first}-{last}"
    return _("%(what)s, cycle %(n)s") % {"what": indication, "n": number}


def _premedication(row) -> str:
    who = _("Adult") if row.population == "adult" else _("Child")
    return f"{who}, {EVENTS[row.event]}: {_cycles(row)}"


def _bag(row) -> str:
    unit = "mcg/day" if row.basis == "fixed" else "mcg/m2/day"
    found = _("%(dose)s, %(hours)s h bag") % {
        "dose": f"{plain(row.dose_mcg)} {unit}",
        "hours": row.hours,
    }
    if row.bsa_from is None or row.bsa_to is None:
        return found
    return f"{found}, {plain(row.bsa_from)} {_('to below')} {plain(row.bsa_to)} m2"


def _storage(row) -> str:
    if row.item != "bag":
        return str(ITEMS[row.item])
    kind = _("Bag with preservative") if row.preservative else _("Bag without preservative")
    hours = ", ".join(str(one) for one in row.hours)
    return f"{kind}, {hours} h" if hours else kind


TITLE = {
    "course": lambda row: _("Course"),
    "dose": _dose,
    "cycle": _cycles,
    "premedication": _premedication,
    "duration": lambda row: _("%(hours)s h bag") % {"hours": row.hours},
    "bag": _bag,
    "storage": _storage,
    "reconstitution": lambda row: _("Reconstitution of a vial"),
    "restart": lambda row: _("Restart after a gap"),
}


def value_lines(row: Row) -> list[tuple[str, str]]:
    """(name, value with its unit) of every value the row states."""
    lines = [(fact, values_of(row)[fact.name]) for fact in facts_of(row)]
    return [(str(NAMES[fact.name]), in_words(fact, text)) for fact, text in lines if text]


def in_words(fact: Fact, text: str) -> str:
    """ "10 mL/h", "yes", "not stated"."""
    if not text:
        return _("not stated")
    if fact.kind in ("yes_no", "words"):
        return str(WORDS.get(text, text))
    return f"{text} {fact.unit}".strip()


def field_in_words(name: str, text: str) -> str:
    """A changed value in a diff."""
    if name == "known" and not text:
        return _("unknown")
    return str(WORDS.get(text, text)) if text else _("not stated")
