"""Two readings in a row that differ: the bag is not used until a third person has decided."""

from datetime import datetime

from infusions.actions.readings import row_of
from infusions.actions.second_person import ask_third
from infusions.check_turns import Subject
from infusions.models import Bag, Dispute


def open_dispute_about(subject: Subject, stage: str, *, at: datetime) -> Dispute:
    """Call with it locked. A bag that hangs stays hanging: stopping it is for people; work in the
    hood stops by the dispute itself."""
    before = subject.state
    dispute = Dispute.objects.create(
        **row_of(subject), stage=stage, from_state=before, opened_at=at
    )
    if isinstance(subject, Bag) and before != Bag.State.HUNG:
        subject.state = Bag.State.DISPUTED
        subject.save()
    ask_third(subject, at=at)
    return dispute
