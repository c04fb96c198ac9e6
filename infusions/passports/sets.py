"""Which label sets a site works with, and how far each of them has been read."""

from collections import Counter
from dataclasses import dataclass

from infusions import values
from infusions.models import LabelAdoption
from infusions.passports.rows import Place, places_of
from protocol import label
from protocol.label import Label
from protocol.label_facts import digest_of_set
from teams.models import Site

VERIFIED, OWN = "verified", "own"


@dataclass(frozen=True)
class SetLine:
    """One label set in the list: how many rows are in which state."""

    rules: Label
    places: list[Place]
    sites: list[LabelAdoption]

    @property
    def counts(self) -> Counter:
        return Counter(place.state for place in self.places)

    @property
    def verified(self) -> int:
        return self.counts[VERIFIED]

    @property
    def own(self) -> int:
        return sum(place.site_row is not None for place in self.places)

    @property
    def percent(self) -> int:
        return 100 * self.verified // len(self.places)


def offered(user) -> list[Label]:
    """Sets that this organisation may adopt: training sets in training only."""
    sets = [label.load(label_id) for label_id in label.label_ids()]
    return [one for one in sets if user.organisation.is_training or not one.is_training]


def by_jurisdiction(user) -> dict[str, list[SetLine]]:
    """Every set on offer, under the jurisdiction of the sites first, newest first."""
    adopted = in_force_at_all(user)
    lines = [line_of(user, rules, adopted) for rules in offered(user)]
    ours = {label.load(row.label_id).jurisdiction for row in adopted if not row.is_training}
    lines.sort(key=lambda line: line.rules.effective_from, reverse=True)
    lines.sort(key=lambda line: (line.rules.jurisdiction not in ours, line.rules.jurisdiction))
    lines.sort(key=lambda line: line.rules.is_training, reverse=False)
    found: dict[str, list[SetLine]] = {}
    for line in lines:
        found.setdefault(line.rules.jurisdiction, []).append(line)
    return found


def line_of(user, rules: Label, adopted: list[LabelAdoption]) -> SetLine:
    places = places_of(user.organisation_id, rules.id)
    return SetLine(rules, places, [row for row in adopted if row.label_id == rules.id])


def in_force_at_all(user) -> list[LabelAdoption]:
    """Adoptions in force at every site of the organisation; of training sets in training only."""
    rows = LabelAdoption.objects.filter(site__organisation=user.organisation_id, ended_at=None)
    if not user.organisation.is_training:
        rows = rows.filter(is_training=False)
    return list(rows.select_related("site", "adopted_by").order_by("site__name", "is_training"))


def in_force(site: Site, *, training: bool) -> list[Label]:
    """What a cycle may be planned with at this site, training sets first where they are used."""
    rows = site.label_adoptions.filter(ended_at=None).order_by("-is_training")
    sets = [label.load(row.label_id) for row in rows if row.label_id in label.label_ids()]
    return [one for one in sets if training or not one.is_training]


def is_training_set(label_id: str) -> bool:
    """Whether what was done by this set was practice, never for a patient."""
    return label_id in label.label_ids() and label.load(label_id).is_training


def adoption_of(site: Site, *, is_training: bool) -> LabelAdoption | None:
    return site.label_adoptions.filter(ended_at=None, is_training=is_training).first()


def history_of_set(user, label_id: str) -> list[LabelAdoption]:
    """Every adoption of a set, the newest first."""
    rows = LabelAdoption.objects.filter(site__organisation=user.organisation_id, label_id=label_id)
    return list(rows.select_related("site", "adopted_by").order_by("-adopted_at", "-pk"))


def is_changed(adoption: LabelAdoption) -> bool:
    """Whether the file of an adopted set is not the one that was adopted: it must never be."""
    if not adoption.label_digest or adoption.label_id not in label.label_ids():
        return False
    return adoption.label_digest != digest_of_set(label.load(adoption.label_id))


def as_used(user, label_id: str) -> Label:
    """The set with what this organisation verified and added."""
    return values.label_for(user.organisation_id, label_id)
