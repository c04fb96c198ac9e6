"""A small cast: one person per role on the team, an outsider, and a twin at another hospital."""

from datetime import UTC, datetime

from infusions.models import LabelAdoption
from protocol import label
from teams.models import CareTeam, Membership, Organisation, Role, Site, User

PASSWORD = "correct horse battery staple"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LABELS = ("training-us-current", "us-pi-current")  # in force at every site of the cast

NAMES = {
    "olga": ("Olga", "Onco", Role.ONCOLOGIST),
    "farid": ("Farid", "Pharma", Role.PHARMACIST),
    "petra": ("Petra", "Pharma", Role.PHARMACIST),
    "tom": ("Tom", "Tech", Role.PHARMACY_TECHNICIAN),
    "nadia": ("Nadia", "Ward", Role.INFUSION_NURSE),
    "ines": ("Ines", "Ward", Role.INFUSION_NURSE),
    "hugo": ("Hugo", "Home", Role.HOME_NURSE),
    "carla": ("Carla", "Case", Role.CASE_MANAGER),
    "sol": ("Sol", "Social", Role.SOCIAL_WORKER),
    "quinn": ("Quinn", "Quality", Role.QUALITY_LEAD),
    "adam": ("Adam", "Admin", Role.ADMINISTRATOR),
    "priya": ("Priya", "Privacy", Role.PRIVACY_OFFICER),
}


def make_person(username: str, organisation, *, role, first="", last="") -> User:
    return User.objects.create_user(
        username=username,
        email=f"{username}@example.org",
        password=PASSWORD,
        first_name=first,
        last_name=last,
        organisation=organisation,
        role=role,
    )


def make_team(name="City Hospital", zone="America/New_York") -> CareTeam:
    organisation = Organisation.objects.create(name=name, is_training=True)
    site = Site.objects.create(
        organisation=organisation,
        name=f"{name} ward",
        zone=zone,
        phone_24h="+1 555 0100",
        premedication_from_min=60,
        premedication_to_min=90,
    )
    for label_id in LABELS:
        LabelAdoption.objects.create(
            site=site,
            label_id=label_id,
            is_training=label.load(label_id).is_training,
            is_from_before=True,
            adopted_at=LONG_AGO,
        )
    return CareTeam.objects.create(site=site, name="Leukaemia team")


def join(person: User, team: CareTeam) -> User:
    Membership.objects.create(user=person, care_team=team, from_at=LONG_AGO)
    return person


class Cast:
    """`cast.nadia`, `cast.farid` …: members of `cast.team`. `cast.outsider` has no team;
    `cast.twin_nurse` works at another hospital with a team of her own."""

    def __init__(self):
        self.team = make_team()
        self.organisation = self.team.site.organisation
        for username, (first, last, role) in NAMES.items():
            person = make_person(username, self.organisation, role=role, first=first, last=last)
            setattr(self, username, join(person, self.team))
        self.outsider = make_person(
            "otto", self.organisation, role=Role.INFUSION_NURSE, first="Otto"
        )
        self.other_team = make_team(name="Other Hospital")
        self.twin_nurse = join(
            make_person(
                "twin", self.other_team.site.organisation, role=Role.INFUSION_NURSE, first="Twin"
            ),
            self.other_team,
        )
