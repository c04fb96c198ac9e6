"""Whether a weight and a height can be what somebody meant to type.

None of these numbers is clinical and no dose depends on one: they are wide data-entry bounds,
set so that pounds typed as kilograms, inches typed as centimetres or a slipped digit stand out.
No source gives such bounds for every age, so a value outside of them is typed a second time,
never lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from protocol.units import plain

KG_PER_POUND = Decimal("0.45359237")
CM_PER_INCH = Decimal("2.54")
JUMP = Decimal("0.10")  # more than this against the newest one needs the value typed twice

# (up to this age in completed years, weights in kg, heights in cm, body mass indexes in kg/m2)
USUAL = (
    (0, (Decimal("0.5"), Decimal(15)), (Decimal(30), Decimal(90)), (Decimal(8), Decimal(28))),
    (2, (Decimal(5), Decimal(25)), (Decimal(60), Decimal(110)), (Decimal(10), Decimal(28))),
    (5, (Decimal(8), Decimal(45)), (Decimal(75), Decimal(135)), (Decimal(10), Decimal(30))),
    (9, (Decimal(12), Decimal(80)), (Decimal(95), Decimal(165)), (Decimal(10), Decimal(32))),
    (13, (Decimal(18), Decimal(130)), (Decimal(115), Decimal(195)), (Decimal(11), Decimal(36))),
    (17, (Decimal(25), Decimal(180)), (Decimal(130), Decimal(210)), (Decimal(12), Decimal(40))),
    (999, (Decimal(30), Decimal(180)), (Decimal(130), Decimal(215)), (Decimal(13), Decimal(40))),
)
# No body was ever built outside of these: two such values are refused, however often typed.
POSSIBLE_BMI = (Decimal(5), Decimal(150))


@dataclass(frozen=True)
class Body:
    """One weight and one height of one moment; None: not known. `typed` names those just given."""

    age_years: int
    weight_kg: Decimal | None
    height_cm: Decimal | None
    typed: tuple[str, ...] = ("weight_kg", "height_cm")

    @property
    def bmi(self) -> Decimal | None:
        if self.weight_kg is None or self.height_cm is None:
            return None
        return self.weight_kg / (self.height_cm / 100) ** 2


def is_impossible(body: Body) -> bool:
    """Two values typed together that no body has. With an older value it is only unusual: that
    one may be the wrong one."""
    low, high = POSSIBLE_BMI
    return len(body.typed) == 2 and body.bmi is not None and not low <= body.bmi <= high


def impossible_words(body: Body) -> str:
    return _(
        "%(kg)s kg with %(cm)s cm cannot be right. If these are pounds and inches: "
        "%(in_pounds)s, %(in_inches)s. Type kilograms and centimetres."
    ) % {
        "kg": plain(body.weight_kg),
        "cm": plain(body.height_cm),
        "in_pounds": in_pounds(body.weight_kg),
        "in_inches": in_inches(body.height_cm),
    }


def unusual(body: Body) -> Iterator[tuple[str, str]]:
    """(field, why) of each typed value that is far from others of this age, or from the other."""
    weights, heights, indexes = usual_at(body.age_years)
    for name, value, usual in (
        ("weight_kg", body.weight_kg, weights),
        ("height_cm", body.height_cm, heights),
    ):
        if name not in body.typed or value is None:
            continue
        if not usual[0] <= value <= usual[1]:
            yield name, age_words(name, value, body.age_years)
        elif body.bmi is not None and not indexes[0] <= body.bmi <= indexes[1]:
            yield name, together_words(name, body)


def usual_at(age_years: int) -> tuple:
    return next(usual for oldest, *usual in USUAL if age_years <= oldest)


def age_words(name: str, value: Decimal, age_years: int) -> str:
    return ngettext(
        "%(value)s is unusual at %(years)s year of age. %(rest)s",
        "%(value)s is unusual at %(years)s years of age. %(rest)s",
        age_years,
    ) % {
        "value": with_unit(name, value),
        "years": age_years,
        "rest": rest_words(name, value, age_years),
    }


def together_words(name: str, body: Body) -> str:
    value = getattr(body, name)
    return _("%(kg)s with %(cm)s is unusual. %(rest)s") % {
        "kg": with_unit("weight_kg", body.weight_kg),
        "cm": with_unit("height_cm", body.height_cm),
        "rest": rest_words(name, value, body.age_years),
    }


def is_jump(value: Decimal, known: Decimal) -> bool:
    return abs(value - known) > JUMP * known


def jump_words(name: str, value: Decimal, known: Decimal, *, day: str, age_years: int) -> str:
    return _("%(value)s typed, %(old)s on %(day)s: more than a tenth apart. %(rest)s") % {
        "value": plain(value),
        "old": with_unit(name, known),
        "day": day,
        "rest": rest_words(name, value, age_years),
    }


def rest_words(name: str, value: Decimal, age_years: int) -> str:
    """What it would be in pounds or inches, where that could be this person, and what to do."""
    weights, heights, _indexes = usual_at(age_years)
    low, high = weights if name == "weight_kg" else heights
    factor = KG_PER_POUND if name == "weight_kg" else CM_PER_INCH
    if low <= value * factor <= high:
        return f"{converted(name, value)}. {again_words(name)}"
    return again_words(name)


def again_words(name: str) -> str:
    if name == "weight_kg":
        return _("Weigh again, then type the same kg in both boxes.")
    return _("Measure again, then type the same cm in both boxes.")


def with_unit(name: str, value: Decimal) -> str:
    return f"{plain(value)} {'kg' if name == 'weight_kg' else 'cm'}"


def converted(name: str, value: Decimal) -> str:
    return in_pounds(value) if name == "weight_kg" else in_inches(value)


def in_pounds(value: Decimal) -> str:
    return _("%(value)s lb is %(kg)s kg") % {
        "value": plain(value),
        "kg": plain((value * KG_PER_POUND).quantize(Decimal("0.1"))),
    }


def in_inches(value: Decimal) -> str:
    return _("%(value)s in is %(cm)s cm") % {
        "value": plain(value),
        "cm": plain((value * CM_PER_INCH).quantize(Decimal("0.1"))),
    }
