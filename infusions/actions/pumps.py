"""One person enters the pump program, another reads it back without seeing the first values."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from clock.now import now
from commands.corrections import need_reason
from commands.refusals import refuse
from infusions.models import Bag, Cycle, PumpProgram
from infusions.pump_state import VALID_FOR, programs_of
from notifications.actions.outbox import nudge
from notifications.actions.reminders import cancel_for, done_for, remind
from protocol.pump import Program, differences
from protocol.stops import HardStop
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, can, require
from teams.queries import members_now

HANGING = (Bag.State.RELEASED, Bag.State.HUNG)
TO_READ = "pump_to_read"
METHODS = ("at_pump", "video", "phone")
STATEMENT = "I read the pump myself and did not see the first values."


@transaction.atomic
def enter_program(
    *,
    bag: Bag,
    pump_serial: str,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    duration_h: Decimal,
    by,
    at: datetime | None = None,
    correction_reason: str = "",
) -> PumpProgram:
    """What was typed into the pump; refused unless it is the program on the bag label.

    Entered again while the last entry still counts, it corrects that one and says why."""
    require(by, Permission.PROGRAM_PUMP)
    at = at or now()
    bag = _locked(bag)
    if bag.state not in HANGING:
        refuse(
            "pump.bag_not_ready",
            _("This bag is not released (%(state)s). Take a released bag.")
            % {"state": bag.get_state_display()},
        )
    if not pump_serial.strip():
        refuse("pump.no_serial", _("Scan or type the number of the pump."), field="pump_serial")
    entered = Program(rate_ml_per_h, volume_ml, Decimal(duration_h))
    if found := differences(_on_label(bag), entered):
        raise HardStop(*found)
    wrong = _entry_that_counts(bag, at)
    if wrong is not None:
        need_reason(correction_reason)
    program = PumpProgram.objects.create(
        cycle=bag.cycle,
        bag=bag,
        pump_serial=pump_serial.strip(),
        rate_ml_per_h=entered.rate_ml_per_h,
        volume_ml=entered.volume_ml,
        duration_h=entered.duration_h,
        entered_by=by,
        entered_at=at,
        corrects=wrong,
        correction_reason=correction_reason.strip() if wrong else "",
    )
    # No figures here: nobody may find them in the record before the second reading.
    after = {"pump": program.pump_serial}
    _audit("entered_pump_program", program, by=by, at=at, after=after, reason=correction_reason)
    _ask_to_read(program, at=at)
    return program


def _ask_to_read(program: PumpProgram, *, at: datetime) -> None:
    """Everybody else of the team who may read a pump back hears of the newest program only. It is
    a need of the bag: a bag that is discarded is read back by nobody."""
    subject, patient = subject_of(program.bag), program.bag.cycle.patient
    because = "the pump was programmed again"
    cancel_for(subject=subject, kinds=[TO_READ], because=because, at=at)
    remind(
        subject=subject,
        kind=TO_READ,
        patient=patient,
        due_at=at,
        path=reverse("infusions:read_pump_back", args=[program.uuid]),
        at=at,
        to=[one for one in members_now(patient.care_team_id) if may_read(one, program)],
    )
    nudge()


def may_read(user, program: PumpProgram) -> bool:
    return user.pk != program.entered_by_id and can(user, Permission.READ_PUMP_BACK)


def _entry_that_counts(bag: Bag, at: datetime) -> PumpProgram | None:
    """The newest entry, unless the two readings of it differ or they are an hour old."""
    newest = next(iter(programs_of(bag)), None)
    is_over = newest is None or (
        newest.read_at is not None and (not newest.agreed or at - newest.read_at > VALID_FOR)
    )
    return None if is_over else newest


@transaction.atomic
def read_back(
    *,
    program: PumpProgram,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
    duration_h: Decimal,
    method: str,
    by,
    password: str,
    at: datetime | None = None,
) -> PumpProgram:
    """Keeps the blind reading; `agreed` stays false on a difference, and both start again."""
    require(by, Permission.READ_PUMP_BACK)
    at = at or now()
    _locked(program.bag)
    program = PumpProgram.objects.select_for_update().get(pk=program.pk)
    _refuse_reader(program, by, at)
    if method not in METHODS:
        refuse("pump.no_method", _("Say how the pump was read."), field="method")
    read = (rate_ml_per_h, volume_ml, Decimal(duration_h))
    program.read_rate_ml_per_h, program.read_volume_ml, program.read_duration_h = read
    program.read_by, program.read_at, program.read_method = by, at, method
    program.agreed = read == (program.rate_ml_per_h, program.volume_ml, program.duration_h)
    content = {"rate_ml_per_h": read[0], "volume_ml": read[1], "duration_h": read[2]}
    sign(
        by=by,
        password=password,
        meaning=Meaning.VERIFIED_PUMP,
        statement=_(STATEMENT),
        subject=program,
        content=content | {"agreed": program.agreed},
        at=at,
    )
    program.save()
    after = content | {"agreed": program.agreed, "method": method}
    _audit("read_pump_back", program, by=by, at=at, after=after)
    done_for(subject=subject_of(program.bag), kinds=[TO_READ], by=by, at=at)
    return program


def _refuse_reader(program: PumpProgram, by, at: datetime) -> None:
    if program.entered_by_id == by.pk:
        refuse(
            "pump.same_person",
            _("You entered this program. Somebody else must read the pump back."),
        )
    if PumpProgram.objects.filter(corrects=program).exists():
        refuse("pump.entered_again", _("The program was entered again. Read back the newer one."))
    if program.read_by_id is not None:
        refuse("pump.already_read", _("This program was read back already. Open the bag again."))
    if at < program.entered_at:
        refuse("pump.read_before_entry", _("The program was entered after this. Check the time."))


def _locked(bag: Bag) -> Bag:
    Cycle.objects.select_for_update().get(pk=bag.cycle_id)
    return (
        Bag.objects.select_for_update(of=("self",)).select_related("cycle__patient").get(pk=bag.pk)
    )


def _on_label(bag: Bag) -> Program:
    return Program(bag.rate_ml_per_h, bag.infused_ml, Decimal(bag.bag_hours))


def _audit(verb: str, program: PumpProgram, *, by, at, after: dict, reason: str = "") -> None:
    patient = program.bag.cycle.patient
    record(verb=verb, subject=program, by=by, patient=patient, at=at, after=after, reason=reason)
