from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ONCOLOGIST = "oncologist", _("Oncologist")
    PHARMACIST = "pharmacist", _("Pharmacist")
    PHARMACY_TECHNICIAN = "pharmacy_technician", _("Pharmacy technician")
    INFUSION_NURSE = "infusion_nurse", _("Infusion nurse")
    HOME_NURSE = "home_nurse", _("Home nurse")
    CASE_MANAGER = "case_manager", _("Case manager")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    PATIENT_NAVIGATOR = "patient_navigator", _("Patient navigator")
    QUALITY_LEAD = "quality_lead", _("Quality lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    PATIENT = "patient", _("Patient")
    CAREGIVER = "caregiver", _("Caregiver")


class User(AbstractUser):
    """One person, one account, one role. What they may do: teams/permissions.py."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "teams.Organisation", models.PROTECT, related_name="people", null=True, blank=True
    )
    role = models.CharField(max_length=30, choices=Role.choices)
    # A permission, not a role: may be asked when nobody else can read back, and escalates.
    is_charge_nurse = models.BooleanField(default=False)
    licence = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.username[:2].upper()
