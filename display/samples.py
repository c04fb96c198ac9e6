"""Made-up content for the gallery and for tests. No real person, no clinical source."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator

from display.inputs import DecimalText, Moment
from display.strip import (
    BagSpan,
    CycleStrip,
    DoseSpan,
    ObservationMark,
    StopSpan,
    ToxicitySpan,
    VisitMark,
)
from display.vitals import GradeSpan, Reading, VitalsChart, VitalSeries
from protocol.stops import Stop

ZONE = "America/New_York"
STEP_ICONS = (
    ("clipboard-check", "Order"),
    ("flask-conical", "Made"),
    ("shield-check", "Checked"),
    ("package-check", "Here"),
    ("user-round-check", "Nurse"),
)
STATES = {"d": "done", "t": "todo", "p": "problem", "s": "skipped"}
STATE_TEXTS = {"done": "done", "todo": "to do", "problem": "problem", "skipped": "not needed"}


class SampleForm(forms.Form):
    weight_kg = forms.DecimalField(
        label="Weight in kg", widget=DecimalText, help_text="Measured within seven days."
    )
    drug = forms.ChoiceField(label="Bag length", choices=[("24", "24 h"), ("48", "48 h")])
    side = forms.ChoiceField(
        label="Line",
        widget=forms.RadioSelect,
        choices=[("picc", "PICC"), ("port", "Port"), ("cvc", "Tunnelled catheter")],
    )
    signs = forms.MultipleChoiceField(
        label="Seen today",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("tremor", "Tremor"), ("fever", "Fever"), ("none", "Nothing new")],
    )
    at = forms.SplitDateTimeField(label="When", widget=Moment)
    report = forms.FileField(label="Report", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="The caregiver was there", required=False)


class ReadBackForm(forms.Form):
    rate_ml_per_h = forms.DecimalField(label="Rate on the screen", widget=DecimalText)
    volume_ml = forms.DecimalField(label="Volume to be infused", widget=DecimalText)


class SignForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def bag_steps(states):
    shown = zip(STEP_ICONS, states, strict=True)
    return [
        {"icon": i, "name": n, "state": STATES[s], "state_text": STATE_TEXTS[STATES[s]]}
        for (i, n), s in shown
    ]


def strip(start):
    hour = 24 * 15 + 16
    lengths = [(1, 24), (2, 48), (3, 48), (4, 48), (5, 24), (6, 72), (7, 84), (8, 156), (9, 168)]
    bags, at = [], 0
    for number, hours in lengths:
        state = "used" if at + hours <= hour else "running" if at <= hour else "planned"
        words = f"{hours // 24} d" if hours > 100 else f"{hours} h"
        bags.append(BagSpan(str(number), words, at, at + hours, state))
        at += hours
    return CycleStrip(
        key="sample",
        title="Cycle 1",
        start=start,
        zone=ZONE,
        doses=(
            DoseSpan(0, 168, "9 mcg/day", "low"),
            DoseSpan(168, 672, "28 mcg/day", "full"),
        ),
        bags=tuple(bags),
        stops=(StopSpan(262, 272, "Occlusion, 9 h 36"), StopSpan(hour - 3, None, "Air in line")),
        toxicities=(
            ToxicitySpan(28, 58, "CRS", 1),
            ToxicitySpan(96, 116, "ICANS", 1),
            ToxicitySpan(252, 285, "CRS", 2),
            ToxicitySpan(285, 302, "CRS", 1),
        ),
        marks=(ObservationMark(140, "Neuro check missed", "warning"),),
        visits=tuple(
            VisitMark(h, place, label, h < hour)
            for h, place, label in (
                (6, "clinic", "Start in clinic"),
                (46, "ward", "Admitted"),
                (166, "ward", "Step to 28 mcg/day"),
                (226, "home", "Home, bag 6"),
                (342, "home", "Home, bag 8"),
                (hour + 1, "home", "Nurse on the way"),
                (512, "home", "Home, bag 9"),
                (576, "clinic", "Review"),
                (672, "home", "Disconnect"),
            )
        ),
        holidays=((date(start.year, 11, 26), "Thanksgiving"),),
        now_hour=hour,
    )


def readings(values):
    return tuple(Reading(-72 + 2 * n, Decimal(str(v))) for n, v in enumerate(values) if v)


def vitals(now):
    up = [0.0, 0.1, 0.2, 0.1, 0.0, 0.1, -0.1, 0.0, -0.1, 0.2, 0.1, 0.0, 0.2]
    quiet = [37 + x for x in up] + [None, None]
    fever = [37.6, 37.8, 38.1, 38.5, 38.6, 38.6, 38.5, 38.0, 37.5, 37.3, 37.1]
    temperature = [round(v, 1) if v else None for v in quiet + fever + [37 + x for x in up[:11]]]
    shift = [None if v is None else v - 37 for v in temperature]

    def made(base, factor, digits=0):
        return readings([None if s is None else round(base + factor * s, digits) for s in shift])

    return VitalsChart(
        title="Vital signs",
        now=now,
        zone=ZONE,
        series=(
            VitalSeries(
                "Temp",
                "°C",
                readings(temperature),
                36,
                Decimal("39.5"),
                36,
                38,
                limit_high=38,
                decimals=1,
            ),
            VitalSeries("Heart rate", "/min", made(74, 24), 55, 125, 60, 100, limit_high=100),
            VitalSeries("SpO₂", "%", made(97, -2.4), 90, 100, 94, 100, limit_low=94),
            VitalSeries("Systolic", "mmHg", made(122, -14), 85, 140, 90, 140, limit_low=90),
        ),
        grades=(
            GradeSpan(-72, -46, "CRS G0", 0),
            GradeSpan(-46, -40, "CRS G1", 1),
            GradeSpan(-40, -28, "CRS G2", 2),
            GradeSpan(-28, -19, "CRS G1", 1),
            GradeSpan(-19, 0, "CRS G0", 0),
        ),
    )


def history(now):
    ago = [now - timedelta(minutes=m) for m in (161, 214, 900, 2400)]
    return [
        {
            "at": ago[0],
            "icon": "pause",
            "level": "critical",
            "title": "Stopped: air in line",
            "text": "Line clamped. Do not flush.",
            "by": "Caregiver by phone, N. Reyes",
        },
        {
            "at": ago[1],
            "icon": "pencil-line",
            "level": "info",
            "title": "Bag volume left",
            "original": "73 mL left",
            "text": "37 mL left",
            "by": "N. Reyes",
            "corrected_by": "N. Reyes",
            "corrected_at": ago[0],
            "reason": "digits swapped",
        },
        {
            "at": ago[2],
            "icon": "package-check",
            "level": "done",
            "title": "Bag 8 started",
            "text": "0.6 mL/h, read back by two nurses",
            "by": "J. Abara, N. Reyes",
        },
        {"at": ago[3], "icon": "house", "title": "Handed over to the home team", "by": "J. Abara"},
    ]


def banner(now):
    since = now - timedelta(minutes=161)
    return {
        "since": since,
        "limit_seconds": 14400,
        "limit_at": since + timedelta(hours=4),
        "percent": 67,
        "zone": ZONE,
        "title": "Infusion stopped for",
        "reason": "Air in line.",
        "rule": "From 4 h on, restarting needs supervision.",
        "limit_label": "4 h reached",
        "over_text": "4 h reached: restart under supervision only.",
        "actions": [
            {"url": "#main", "label": "Record restart", "level": "critical"},
            {"url": "#main", "label": "Call patient"},
        ],
    }


def steps():
    return [
        {"label": "Pump alarms", "state": "done", "text": "Shown and told back, J. Abara"},
        {"label": "Signs of confusion", "state": "current", "text": "Teach-back today"},
        {"label": "Line care", "state": "todo"},
        {"label": "Who to call at night", "state": "problem", "text": "Number not reached"},
    ]


def patient(now):
    start = now - timedelta(hours=24 * 15 + 16)
    return {
        "banner": banner(now),
        "strip": strip(start),
        "vitals": vitals(now),
        "history": history(now),
        "steps": steps(),
    }


def gallery(now):
    bars = [
        ("running", 62, "5 h 12 left"),
        ("low", 12, "46 min left"),
        ("empty", 0, "Empty"),
        ("stopped", 36, "2 d 13 h left"),
        ("held", 44, "6 h 48 left"),
        ("planned", 100, "Not started"),
        ("done", 100, "Given"),
    ]
    form = SampleForm({"weight_kg": "abc", "side": "picc", "signs": ["fever"]})
    back = ReadBackForm()
    return patient(now) | {
        "crumbs": [{"label": "Board", "url": "#main"}, {"label": "Look"}],
        "chips": [
            {"level": level, "text": level.title()}
            for level in ("critical", "warning", "held", "info", "done", "plain")
        ],
        "bars": [{"state": s, "percent": p, "words": w, "detail": s} for s, p, w in bars],
        "bag_steps": bag_steps("ddtps"),
        "form": form,
        "stops": [
            Stop(
                "bag.expired",
                "This bag was to be discarded after 10:00 today. Ask for a new one.",
                "Label set, 16.2",
            ),
            Stop(
                "weight.old",
                "The weight is 12 days old. Weigh again if you can.",
                "Site rule",
                severity="soft",
            ),
        ],
        "read_back": [
            {"field": back["rate_ml_per_h"], "unit": "mL/h"},
            {"field": back["volume_ml"], "unit": "mL"},
        ],
        "sign_form": SignForm(),
        "page": Paginator(range(90), 25).page(2),
    }
