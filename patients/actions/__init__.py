from patients.actions.access import end_access, give_access
from patients.actions.enrolment import edit, enrol
from patients.actions.history import (
    add_problem,
    correct_allergy,
    correct_problem,
    set_allergies,
)
from patients.actions.identifiers import correct_identifier
from patients.actions.measurements import correct_measurement, measure

__all__ = [
    "add_problem",
    "correct_allergy",
    "correct_identifier",
    "correct_measurement",
    "correct_problem",
    "edit",
    "end_access",
    "enrol",
    "give_access",
    "measure",
    "set_allergies",
]
