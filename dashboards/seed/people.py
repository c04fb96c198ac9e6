"""The demo's organisation, site, care teams and one account per role (two where two are needed)."""

from datetime import UTC, datetime

from teams.models import CareTeam, Membership, Organisation, Role, Site, User

PASSWORD = "infusion-demo"  # noqa: S105  public on purpose: the demo holds no real person
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

ACCOUNTS = (
    ("olga", "Olga", "Okafor", Role.ONCOLOGIST),
    ("farid", "Farid", "Haddad", Role.PHARMACIST),
    ("petra", "Petra", "Lind", Role.PHARMACIST),
    ("tom", "Tom", "Ekström", Role.PHARMACY_TECHNICIAN),
    ("nadia", "Nadia", "Reyes", Role.INFUSION_NURSE),
    ("ines", "Inês", "Costa", Role.INFUSION_NURSE),
    ("hugo", "Hugo", "Marsh", Role.HOME_NURSE),
    ("jana", "Jana", "Abara", Role.HOME_NURSE),
    ("carla", "Carla", "Brandt", Role.CASE_MANAGER),
    ("sol", "Sol", "Ibarra", Role.SOCIAL_WORKER),
    ("nico", "Nico", "Varga", Role.PATIENT_NAVIGATOR),
    ("quinn", "Quinn", "Doyle", Role.QUALITY_LEAD),
    ("adam", "Adam", "Stone", Role.ADMINISTRATOR),
    ("priya", "Priya", "Nair", Role.PRIVACY_OFFICER),
    ("tansy", "Tansy", "Aurelio", Role.PATIENT),
    ("marta", "Marta", "Haddad", Role.CAREGIVER),
)


def make_people() -> tuple[CareTeam, dict[str, User]]:
    organisation = Organisation.objects.create(name="Lakeside Hospital", is_training=True)
    site = Site.objects.create(
        organisation=organisation,
        name="Haematology 6B",
        zone="America/New_York",
        phone_24h="+1 555 0100",
        premedication_from_min=60,
        premedication_to_min=90,
        line_care_days={"needle": [6, 8], "dressing": [5, 7]},
        holidays=["2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15"],
    )
    team = CareTeam.objects.create(site=site, name="Leukaemia programme")
    people = {name: make_person(organisation, team, name, *rest) for name, *rest in ACCOUNTS}
    people["nadia"].is_charge_nurse = True
    people["nadia"].save(update_fields=["is_charge_nurse"])
    return team, people


def make_person(organisation, team, username, first, last, role) -> User:
    person = User.objects.create_user(
        username=username,
        email=f"{username}@demo.example.org",
        password=PASSWORD,
        first_name=first,
        last_name=last,
        role=role,
        organisation=organisation,
    )
    if role not in (Role.PATIENT, Role.CAREGIVER):
        Membership.objects.create(user=person, care_team=team, from_at=LONG_AGO)
    return person
