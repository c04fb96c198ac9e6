"""Who is told, and when, for each kind of reminder. Copied into the reminder when it is made.

`after_minutes` counts from `due_at`; below zero means ahead of it. `responsible_nurse` is the
nurse of the running cycle, `receiver` the people named when the reminder was made, `charge_nurse`
every charge nurse of the team. The last step is said again every `repeat_minutes`."""

from copy import deepcopy

NURSES = ["responsible_nurse", "infusion_nurse"]
LEADS = ["charge_nurse", "case_manager"]
PHARMACY = ["pharmacist", "pharmacy_technician"]
DOCTORS = ["oncologist"]


def step(after_minutes: int, *roles: str, repeat_minutes: int = 0) -> dict:
    found = {"after_minutes": after_minutes, "roles": list(roles)}
    return {**found, "repeat_minutes": repeat_minutes} if repeat_minutes else found


POLICIES: dict[str, list[dict]] = {
    "order_to_sign": [
        step(0, *DOCTORS),
        step(240, *LEADS, *DOCTORS, repeat_minutes=720),
    ],
    "plan_to_accept": [
        step(0, "pharmacist", "case_manager"),
        step(240, "pharmacist", *LEADS, repeat_minutes=1440),
    ],
    "plan_change": [
        step(0, "pharmacist", "case_manager"),
        step(240, "pharmacist", *LEADS, *DOCTORS, repeat_minutes=720),
    ],
    "visit_to_move": [
        step(0, "case_manager"),
        step(240, *LEADS, repeat_minutes=720),
    ],
    "bag_needed": [
        step(-1440, *PHARMACY),
        step(-480, *PHARMACY, *LEADS, repeat_minutes=240),
    ],
    "bag_to_read_again": [
        step(0, "receiver"),
        step(30, "receiver", *PHARMACY, repeat_minutes=60),
    ],
    "bag_disputed": [
        step(0, "pharmacist"),
        step(30, "pharmacist", *LEADS, repeat_minutes=60),
    ],
    "release_to_confirm": [
        step(0, "pharmacist", *DOCTORS),
        step(15, "pharmacist", *DOCTORS, *LEADS, repeat_minutes=30),
    ],
    "label_to_check": [
        step(0, "pharmacist"),
        step(60, "pharmacist", *LEADS, repeat_minutes=120),
    ],
    "bag_to_check": [
        step(0, "pharmacist"),
        step(60, "pharmacist", *LEADS, repeat_minutes=120),
    ],
    "hold_placed": [
        step(0, *PHARMACY, *NURSES),
        step(60, *PHARMACY, *LEADS, repeat_minutes=720),
    ],
    "lot_recalled": [
        step(0, *PHARMACY),
        step(60, *PHARMACY, *LEADS, repeat_minutes=240),
    ],
    "custody_gap": [
        step(0, "pharmacist"),
        step(240, "pharmacist", repeat_minutes=720),
    ],
    "pharmacy_review": [
        step(0, "pharmacist"),
        step(240, "pharmacist", *LEADS, repeat_minutes=720),
    ],
    "off_hours_work": [
        step(-480, "pharmacist"),
        step(-60, "pharmacist", *LEADS),
        step(0, "pharmacist", *LEADS, repeat_minutes=240),
    ],
    "bag_to_review": [
        step(0, "pharmacist"),
        step(60, "pharmacist", *LEADS, repeat_minutes=240),
    ],
    "bag_change": [
        step(-60, *NURSES),
        step(0, *NURSES),
        step(15, *NURSES, *LEADS),
        step(30, *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "bag_ending": [
        step(-240, *NURSES),
        step(-60, *NURSES, *LEADS),
        step(0, *NURSES, *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "step_dose": [
        step(-1440, *NURSES, *PHARMACY),
        step(-60, *NURSES),
        step(15, *NURSES, *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "premedication": [
        step(0, *NURSES),
        step(30, *NURSES, *LEADS, repeat_minutes=60),
    ],
    "pump_to_read": [
        step(0, "receiver"),
        step(15, "receiver", "charge_nurse", repeat_minutes=60),
    ],
    "stop_reported": [
        step(0, *NURSES, "home_nurse"),
        step(15, *NURSES, *LEADS),
        step(30, *LEADS, *DOCTORS, repeat_minutes=30),
    ],
    "infusion_stopped": [
        step(0, *NURSES, "charge_nurse", repeat_minutes=60),
    ],
    "interruption_three_hours": [
        step(0, *NURSES),
        step(15, *NURSES, *LEADS),
        step(30, *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "interruption_four_hours": [
        step(0, *NURSES, *LEADS, *DOCTORS),
        step(30, *LEADS, *DOCTORS, repeat_minutes=120),
    ],
    "handoff_open": [
        step(0, "receiver"),
        step(15, "receiver", *LEADS),
        step(30, "receiver", *LEADS, *DOCTORS),
        step(60, "receiver", *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "visit_to_accept": [
        step(0, "receiver"),
        step(240, "receiver", *LEADS, repeat_minutes=480),
    ],
    "visit_upcoming": [
        step(-120, "receiver"),
        step(30, "receiver", *LEADS, repeat_minutes=240),
    ],
    "observation_late": [
        step(0, *NURSES),
        step(30, *NURSES, *LEADS, repeat_minutes=120),
    ],
    "cycle_end": [
        step(-1440, *NURSES, "case_manager"),
        step(-60, *NURSES),
        step(15, *NURSES, *LEADS, repeat_minutes=60),
    ],
    "state_differs": [
        step(0, *NURSES, "charge_nurse"),
        step(15, *NURSES, *LEADS),
        step(30, *LEADS, *DOCTORS, repeat_minutes=60),
    ],
    "prescriber_question": [
        step(0, *DOCTORS),
        step(30, *DOCTORS, *LEADS, repeat_minutes=60),
    ],
}

# Something measured or seen that somebody must look at: nurse and doctor hear of it at once.
FINDINGS = ("fever", "low_pressure", "oxygen_given", "outside_expected", "neuro_changed")
for finding in FINDINGS:
    POLICIES[finding] = [
        step(0, *NURSES, *DOCTORS),
        step(15, *NURSES, *DOCTORS, *LEADS, repeat_minutes=30),
    ]


def policy_of(kind: str) -> list[dict]:
    """A copy, so that nobody changes the table through a reminder."""
    return deepcopy(POLICIES[kind])
