"""What each role may do. The only place: routes name a Permission, actions ask `require`."""

from enum import StrEnum

from django.utils.translation import gettext as _

from commands.refusals import refuse
from teams.models import Role, User


class Permission(StrEnum):
    PUBLIC = "public"  # no sign-in: health, sign-in pages
    SIGNED_IN = "signed_in"  # own account pages
    SEE_BOARD = "see_board"
    SEE_CHART = "see_chart"
    ENROL = "enrol"
    MEASURE = "measure"
    PLAN_CYCLE = "plan_cycle"
    ACCEPT_PLAN = "accept_plan"
    SIGN_ORDER = "sign_order"
    COMPOUND = "compound"
    CHECK_BAG = "check_bag"
    RELEASE_ALONE = "release_alone"  # prescriber and pharmacist together, in an emergency
    SEE_NEAR_MISSES = "see_near_misses"
    MOVE_BAG = "move_bag"
    PLACE_HOLD = "place_hold"  # of the treatment or of making, by role
    PROVE_CUSTODY = "prove_custody"  # signs how a bag was kept; sets the site's limits
    ASK_OFF_HOURS = "ask_off_hours"  # work of the pharmacy outside its hours
    MANAGE_PRODUCTS = "manage_products"  # the list that scans are looked up in
    SEE_STOCK = "see_stock"
    KEEP_STOCK = "keep_stock"  # receives and counts
    SIGN_RECALL = "sign_recall"
    SEE_PHARMACY_REPORT = "see_pharmacy_report"  # waste, cost, times: counts, no person
    ANSWER_CHECKLIST = "answer_checklist"
    PROGRAM_PUMP = "program_pump"
    READ_PUMP_BACK = "read_pump_back"
    RUN_INFUSION = "run_infusion"
    STOP_INFUSION = "stop_infusion"
    REPORT_STOP = "report_stop"
    GIVE_MEDICATION = "give_medication"
    OBSERVE = "observe"
    HAND_OVER = "hand_over"
    SCHEDULE_VISIT = "schedule_visit"
    DO_VISIT = "do_visit"
    TEACH = "teach"
    SEE_LABELS = "see_labels"  # label sets and who read their rows: of the organisation
    ADOPT_LABEL = "adopt_label"
    VERIFY_LABEL = "verify_label"  # reads rows in the document, adds the site's own
    DECIDE = "decide"  # answers what the label leaves to the prescriber
    MANAGE_TEAM = "manage_team"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"
    SEE_OWN_INFUSION = "see_own_infusion"
    MOVE_TRAINING_CLOCK = "move_training_clock"


P = Permission
CHART = {P.SEE_BOARD, P.SEE_CHART, P.SEE_LABELS, P.REPORT_STOP, P.MOVE_TRAINING_CLOCK}
STOPPING = CHART | {P.STOP_INFUSION, P.HAND_OVER, P.OBSERVE}
NURSE = STOPPING | {
    P.MEASURE,
    P.MOVE_BAG,
    P.ANSWER_CHECKLIST,
    P.PROGRAM_PUMP,
    P.READ_PUMP_BACK,
    P.RUN_INFUSION,
    P.GIVE_MEDICATION,
    P.TEACH,
}

ROLES: dict[str, set[Permission]] = {
    Role.ONCOLOGIST: STOPPING
    | {P.ENROL, P.MEASURE, P.PLAN_CYCLE, P.SIGN_ORDER, P.DECIDE, P.PLACE_HOLD, P.RELEASE_ALONE},
    Role.PHARMACIST: (CHART - {P.REPORT_STOP})
    | {
        P.STOP_INFUSION,
        P.PLAN_CYCLE,
        P.ACCEPT_PLAN,
        P.COMPOUND,
        P.CHECK_BAG,
        P.RELEASE_ALONE,
        P.SEE_NEAR_MISSES,
        P.MOVE_BAG,
        P.PLACE_HOLD,
        P.PROVE_CUSTODY,
        P.ASK_OFF_HOURS,
        P.MANAGE_PRODUCTS,
        P.SEE_STOCK,
        P.KEEP_STOCK,
        P.SIGN_RECALL,
        P.SEE_PHARMACY_REPORT,
        P.READ_PUMP_BACK,
        P.ADOPT_LABEL,
        P.VERIFY_LABEL,
    },
    Role.PHARMACY_TECHNICIAN: CHART
    | {P.COMPOUND, P.MOVE_BAG, P.ASK_OFF_HOURS, P.SEE_STOCK, P.KEEP_STOCK},
    Role.INFUSION_NURSE: NURSE,
    Role.HOME_NURSE: NURSE | {P.DO_VISIT},
    Role.CASE_MANAGER: CHART
    | {
        P.ENROL,
        P.MEASURE,
        P.PLAN_CYCLE,
        P.ACCEPT_PLAN,
        P.SCHEDULE_VISIT,
        P.MANAGE_TEAM,
        P.HAND_OVER,
        P.ASK_OFF_HOURS,
    },
    Role.SOCIAL_WORKER: CHART,
    Role.PATIENT_NAVIGATOR: CHART,
    Role.QUALITY_LEAD: CHART | {P.SEE_NEAR_MISSES, P.SEE_PHARMACY_REPORT},
    Role.ADMINISTRATOR: {
        P.MANAGE_PEOPLE,
        P.SEE_LABELS,
        P.ADOPT_LABEL,
        P.MOVE_TRAINING_CLOCK,
    },
    Role.PRIVACY_OFFICER: {P.READ_AUDIT, P.MOVE_TRAINING_CLOCK},
    Role.PATIENT: {P.SEE_OWN_INFUSION, P.REPORT_STOP},
    Role.CAREGIVER: {P.SEE_OWN_INFUSION, P.REPORT_STOP},
}


def can(user: User, permission: Permission) -> bool:
    """Whether this person's role holds the permission. Which patients: patients.queries."""
    if permission == P.PUBLIC:
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    return permission == P.SIGNED_IN or permission in ROLES.get(user.role, set())


def require(user: User, permission: Permission) -> None:
    """Asked again inside actions, with the rows locked: a role may have changed meanwhile."""
    if not can(user, permission):
        refuse(
            "permission.role",
            _("Your role (%(role)s) may not do this.") % {"role": user.get_role_display()},
        )
