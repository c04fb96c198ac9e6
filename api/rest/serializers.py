"""What is shown as JSON. Decimals are text with their unit in the name; times are UTC."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clock.now import now
from handoffs.models import Handoff
from infusions.check_turns import shows_work
from infusions.hung import hung_from
from infusions.models import Bag, BagMove, BagVial, Cycle, InfusionEvent
from infusions.passports.sets import is_training_set
from infusions.queries import elapsed_at
from notifications.models import Reminder
from patients.models import Patient


def uuid_of(source: str, **options):
    return serializers.UUIDField(source=f"{source}.uuid", read_only=True, **options)


class PatientSerializer(serializers.ModelSerializer):
    care_team = serializers.StringRelatedField()

    class Meta:
        model = Patient
        fields = [
            "uuid",
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "record_number",
            "language",
            "interpreter_needed",
            "bed",
            "allergy_status",
            "care_team",
            "version",
        ]


class CycleSerializer(serializers.ModelSerializer):
    """A cycle and its present state. `delivered_s` and `delivered_mcg` hold as of `as_of`, the
    newest event; `delivered_now_s` counts on from there while it runs."""

    patient = uuid_of("patient")
    current_bag = uuid_of("current_bag", allow_null=True)
    responsible_nurse = serializers.StringRelatedField()
    delivered_now_s = serializers.SerializerMethodField()
    label_is_training = serializers.SerializerMethodField()

    class Meta:
        model = Cycle
        fields = [
            "uuid",
            "patient",
            "number",
            "indication",
            "label_id",
            "label_is_training",
            "weight_kg",
            "bsa_m2",
            "planned_start",
            "total_hours",
            "state",
            "responsible_setting",
            "responsible_nurse",
            "started_at",
            "stopped_at",
            "as_of",
            "delivered_s",
            "delivered_mcg",
            "delivered_now_s",
            "covered_until",
            "current_bag",
            "dose_mcg_per_day",
            "rate_ml_per_h",
            "bag_ends_at",
            "next_change_at",
            "expected_end_at",
            "ended_at",
            "end_reason",
            "version",
        ]

    def get_label_is_training(self, cycle) -> bool:
        return is_training_set(cycle.label_id)

    def get_delivered_now_s(self, cycle) -> int:
        return int(elapsed_at(cycle, now()).total_seconds())


class PlannedBagSerializer(serializers.Serializer):
    """A bag of the plan in force. The times are null while the infusion stands still."""

    number = serializers.IntegerField(source="n")
    minute = serializers.IntegerField(source="planned.minute")
    bag_hours = serializers.IntegerField(source="planned.bag_hours")
    runs_minutes = serializers.IntegerField(source="planned.runs_minutes")
    setting = serializers.CharField(source="planned.setting")
    dose_mcg_per_day = serializers.DecimalField(5, 2, source="planned.dose_mcg_per_day")
    hang_at = serializers.DateTimeField(allow_null=True)
    end_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()
    bag = uuid_of("bag", allow_null=True)


class VialSerializer(serializers.ModelSerializer):
    corrects = uuid_of("corrects", allow_null=True)

    class Meta:
        model = BagVial
        fields = ["uuid", "lot", "expires_on", "count", "corrects", "correction_reason"]


class MoveSerializer(serializers.ModelSerializer):
    recorded_by = serializers.StringRelatedField()
    corrects = uuid_of("corrects", allow_null=True)

    class Meta:
        model = BagMove
        fields = ["uuid", "place", "storage", "moved_at", "recorded_by", "recorded_at", "corrects"]


class BagSerializer(serializers.ModelSerializer):
    cycle = uuid_of("cycle")
    patient = uuid_of("cycle.patient")
    number = serializers.IntegerField(source="planned.n", read_only=True)
    compounded_by = serializers.StringRelatedField()
    checked_by = serializers.StringRelatedField()
    vial_lots = VialSerializer(many=True, read_only=True)
    moves = MoveSerializer(many=True, read_only=True)
    hung_at = serializers.SerializerMethodField()
    second_check_missing = serializers.BooleanField(source="lacks_second_check", read_only=True)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_hung_at(self, bag):
        """As the ledger has it now; lists bring it along."""
        since = bag.hung_from if hasattr(bag, "hung_from") else hung_from(bag)
        return self.fields["taken_down_at"].to_representation(since) if since else None

    class Meta:
        model = Bag
        fields = [
            "uuid",
            "code",
            "cycle",
            "patient",
            "number",
            "state",
            "label_id",
            "recipe_row",
            "recipe_status",
            "dose_mcg_per_day",
            "bag_hours",
            "rate_ml_per_h",
            "infused_ml",
            "made_ml",
            "drug_mcg",
            "vials",
            "preservative",
            "filter_required",
            "prepared_at",
            "compounded_by",
            "stabiliser_lot",
            "drawn_ml",
            "vial_lots",
            "storage",
            "place",
            "moves",
            "discard_after",
            "checked_by",
            "checked_at",
            "released_at",
            "single_checked",
            "second_check_missing",
            "label_checked_how",
            "label_checked_at",
            "hung_at",
            "taken_down_at",
            "discarded_because",
            "version",
        ]

    # Read off the bag by the person who checks it, so never told to them before.
    BLIND = ("drawn_ml", "stabiliser_lot", "vial_lots")
    ON_LABEL = ("rate_ml_per_h",)  # told once the bag is released

    def to_representation(self, bag):
        shown = super().to_representation(bag)
        if not shows_work(bag, self.context["request"].user):
            hidden = self.BLIND if bag.released_at else (*self.BLIND, *self.ON_LABEL)
            shown |= dict.fromkeys(hidden)
        return shown


class EventSerializer(serializers.ModelSerializer):
    """An event of the infusion ledger. A corrected one stays, and names what replaced it."""

    cycle = uuid_of("cycle")
    patient = uuid_of("cycle.patient")
    bag = uuid_of("bag", allow_null=True)
    recorded_by = serializers.StringRelatedField()
    corrects = uuid_of("corrects", allow_null=True)
    corrected_by = uuid_of("corrected_by", allow_null=True)

    class Meta:
        model = InfusionEvent
        fields = [
            "uuid",
            "cycle",
            "patient",
            "seq",
            "kind",
            "occurred_at",
            "recorded_at",
            "recorded_by",
            "bag",
            "rate_ml_per_h",
            "dose_mcg_per_day",
            "cause",
            "note",
            "claimed_text",
            "flags",
            "corrects",
            "corrected_by",
            "correction_reason",
        ]


class TaskSerializer(serializers.ModelSerializer):
    """A reminder: something somebody must do by a time."""

    patient = uuid_of("patient")
    acknowledged_by = serializers.StringRelatedField()

    class Meta:
        model = Reminder
        fields = [
            "uuid",
            "kind",
            "subject",
            "patient",
            "due_at",
            "state",
            "path",
            "acknowledged_by",
            "acknowledged_at",
            "closed_because",
            "created_at",
        ]


class HandoffSerializer(serializers.ModelSerializer):
    cycle = uuid_of("cycle")
    patient = uuid_of("patient")
    to_nurse = serializers.StringRelatedField()
    sent_by = serializers.StringRelatedField()
    answered_by = serializers.StringRelatedField()

    class Meta:
        model = Handoff
        fields = [
            "uuid",
            "cycle",
            "patient",
            "from_setting",
            "to_setting",
            "to_nurse",
            "planned_transfer_at",
            "severity",
            "summary",
            "actions",
            "contingency",
            "frozen",
            "state",
            "sent_by",
            "sent_at",
            "answered_by",
            "answered_at",
            "read_back",
            "decline_reason",
        ]
