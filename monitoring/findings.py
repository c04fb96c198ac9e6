"""What in an observation somebody must hear of, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from display.formats import plain
from monitoring.models import NeuroCheck, VitalSigns
from protocol import observations

OUTSIDE, NEURO = "outside_expected", "neuro_changed"
KINDS = (
    observations.FEVER,
    observations.LOW_PRESSURE,
    observations.OXYGEN_GIVEN,
    OUTSIDE,
    NEURO,
)
TITLES = {
    observations.FEVER: gettext_noop("Fever"),
    observations.LOW_PRESSURE: gettext_noop("Low blood pressure"),
    observations.OXYGEN_GIVEN: gettext_noop("Oxygen given:"),
    OUTSIDE: gettext_noop("Outside what is expected"),
    NEURO: gettext_noop("Neuro check changed"),
}
# What a nurse can say of a figure for which there is no definition to go by.
MARKABLE = {
    "temperature_c": gettext_lazy("Temperature"),
    "heart_rate_per_min": gettext_lazy("Heart rate"),
    "systolic_mmhg": gettext_lazy("Blood pressure"),
    "spo2_percent": gettext_lazy("Oxygen saturation"),
    "respiratory_rate_per_min": gettext_lazy("Breaths"),
}
UNITS = {"temperature_c": "°C", "spo2_percent": "%"}
BY_NURSE = gettext_noop("Marked by the nurse as outside what is expected for this patient")
BY_CHECK = gettext_noop("Neuro check: a finding is not as usual")
NEURO_FIELDS = ("alertness", "orientation", "speech", "handwriting", "tremor_or_seizure")


@dataclass(frozen=True)
class Found:
    """One finding: `text` for people on the team only, `source`: by what it counts."""

    kind: str
    field: str
    text: str
    source: str


def found_in(row: VitalSigns, age_years: int) -> list[Found]:
    """Definitions that are met, then what the nurse marked."""
    met = observations.findings(
        temperature_c=row.temperature_c,
        systolic_mmhg=row.systolic_mmhg,
        oxygen=row.oxygen,
        age_years=age_years,
    )
    told = [Found(one.kind, one.field, words_of(row, one), one.source) for one in met]
    seen = {one.field for one in met}
    return told + [
        Found(OUTSIDE, name, marked_words(row, name), _(BY_NURSE))
        for name in row.outside_expected
        if name not in seen
    ]


def words_of(row: VitalSigns, finding: observations.Finding) -> str:
    figure = row.oxygen if finding.field == "oxygen" else figure_of(row, finding.field)
    return f"{_(TITLES[finding.kind])} {figure}"


def marked_words(row: VitalSigns, name: str) -> str:
    return _("%(what)s %(figure)s, not as expected") % {
        "what": MARKABLE[name],
        "figure": figure_of(row, name),
    }


def figure_of(row: VitalSigns, name: str) -> str:
    if name == "systolic_mmhg":
        lower = row.diastolic_mmhg if row.diastolic_mmhg is not None else "–"
        return f"{row.systolic_mmhg}/{lower} mmHg"
    return f"{plain(getattr(row, name))} {UNITS.get(name, '/min')}"


def found_in_check(row: NeuroCheck) -> list[Found]:
    """A changed neuro check is one finding, whatever changed in it."""
    changed = [name for name in NEURO_FIELDS if getattr(row, name) == NeuroCheck.Finding.CHANGED]
    if not changed:
        return []
    return [Found(NEURO, changed[0], _(TITLES[NEURO]), _(BY_CHECK))]


def age_at(row) -> int:
    """Whole years of the patient when this was measured."""
    return row.cycle.patient.age_years(row.measured_at.date())


def answered_by(row) -> set[str]:
    """The kinds of finding that this observation says something about, found or not."""
    if isinstance(row, NeuroCheck):
        return {NEURO}
    said = {OUTSIDE}
    if row.temperature_c is not None:
        said.add(observations.FEVER)
    if row.systolic_mmhg is not None:
        said.add(observations.LOW_PRESSURE)
    if row.oxygen.strip():
        said.add(observations.OXYGEN_GIVEN)
    return said
