from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning(models.TextChoices):
    PRESCRIBED = "prescribed", _("prescribed")
    COMPOUNDED = "compounded", _("compounded")
    VERIFIED_COMPOUNDING = "verified_compounding", _("verified compounding independently")
    RELEASED = "released", _("released")
    PROGRAMMED_PUMP = "programmed_pump", _("programmed the pump")
    VERIFIED_PUMP = "verified_pump", _("verified the pump independently")
    COMPLETED_CHECKLIST = "completed_checklist", _("completed the checklist")
    STARTED = "started", _("started the infusion")
    CHANGED_BAG = "changed_bag", _("changed the bag")
    RESUMED = "resumed", _("resumed the infusion")
    ENDED = "ended", _("ended the infusion")
    HANDED_OVER = "handed_over", _("handed over")
    ACCEPTED = "accepted", _("accepted responsibility")
    ACCEPTED_PLAN = "accepted_plan", _("accepted the bag plan")
    ADOPTED_LABEL = "adopted_label", _("adopted the label set")
    READ_ROW = "read_row", _("read the row in the document")
    WITHDREW_ROW = "withdrew_row", _("withdrew the verified row")
    MOVED_LABEL = "moved_label", _("moved the cycle to another label set")
    PLACED_HOLD = "placed_hold", _("placed a hold")
    RELEASED_HOLD = "released_hold", _("released the hold")
    PROVED_CUSTODY = "proved_custody", _("vouched for how the bag was kept")
    RECALLED_LOT = "recalled_lot", _("recalled the lot")
    OVERRODE = "overrode", _("overrode a hard stop")


class Signature(models.Model):
    """Who stood for what, when, and what they saw. Immutable: triggers refuse a change."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    signer = models.ForeignKey("teams.User", models.PROTECT, related_name="signatures")
    # As of then: a later change of name or role does not rewrite history.
    printed_name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    licence = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()  # domain time
    recorded_at = models.DateTimeField(auto_now_add=True)  # real time
    meaning = models.CharField(max_length=30, choices=Meaning.choices)
    statement = models.TextField()  # the exact words shown above the password
    subject = models.CharField(max_length=120, db_index=True)
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=20, default="password")

    def __str__(self) -> str:
        return f"{self.printed_name} {self.meaning}"
