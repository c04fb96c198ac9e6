from teams.models.care_team import CareTeam, Membership
from teams.models.places import Organisation, Site
from teams.models.signature import Meaning, Signature
from teams.models.user import Role, User

__all__ = [
    "CareTeam",
    "Meaning",
    "Membership",
    "Organisation",
    "Role",
    "Signature",
    "Site",
    "User",
]
