"""Lists and single rows, of patients this person may see. Whoever may not gets 404."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.rest import serializers
from api.rest.permissions import RoutePermission
from audit.actions import record_looks
from clock.now import now
from infusions.hung import with_hung_from
from infusions.queries import planned_changes
from patients.models import Patient
from patients.queries import visible_to
from teams.permissions import Permission

OF_PATIENT = OpenApiParameter("patient", OpenApiTypes.UUID, description="Only of this patient.")
OF_CYCLE = OpenApiParameter("cycle", OpenApiTypes.UUID, description="Only of this cycle.")


def by(*parameters):
    return extend_schema_view(list=extend_schema(parameters=list(parameters)))


def asked_uuid(request, name: str) -> UUID | None:
    text = request.query_params.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise ValidationError({name: "This is not a UUID."}) from error


class VisibleRows(ReadOnlyModelViewSet):
    """`to_patient` and `to_cycle` say how a row leads there; empty: it is one, or has none."""

    permission = Permission.SEE_CHART
    lookup_field = "uuid"
    order = "-pk"
    to_patient = "patient"
    to_cycle = ""
    related: tuple[str, ...] = ()
    many_related: tuple[str, ...] = ()

    def get_queryset(self):
        model = self.serializer_class.Meta.model
        if getattr(self, "swagger_fake_view", False):  # the schema is written without a person
            return model.objects.none()
        mine = visible_to(self.request.user).values("pk")
        rows = model.objects.filter(**{f"{self.to_patient or 'pk'}__in": mine}, **self.asked())
        rows = rows.order_by(self.order, "pk").select_related(*self.related)
        return rows.prefetch_related(*self.many_related)

    def asked(self) -> dict:
        ways = {"patient": self.to_patient, "cycle": self.to_cycle}
        asked = {way: asked_uuid(self.request, name) for name, way in ways.items() if way}
        return {f"{way}__uuid": uuid for way, uuid in asked.items() if uuid}

    def paginate_queryset(self, queryset):
        page = super().paginate_queryset(queryset)
        self.look(page)
        return page

    def get_object(self):
        row = super().get_object()
        self.look([row])
        return row

    def look(self, rows) -> None:
        """Recorded for each chart; when that cannot be written nothing is shown."""
        patients = {patient.pk: patient for patient in map(self.patient_of, rows)}
        what = f"api:{self.request.resolver_match.url_name}"
        record_looks(patients=patients.values(), by=self.request.user, what=what)

    def patient_of(self, row) -> Patient:
        for name in filter(None, self.to_patient.split("__")):
            row = getattr(row, name)
        return row


class Patients(VisibleRows):
    serializer_class = serializers.PatientSerializer
    to_patient = ""
    related = ("care_team",)


@by(OF_PATIENT)
class Cycles(VisibleRows):
    serializer_class = serializers.CycleSerializer
    related = ("patient", "current_bag", "responsible_nurse")

    @extend_schema(responses=serializers.PlannedBagSerializer(many=True), filters=False)
    def plan(self, request, uuid):
        """The bags of the plan in force, in order: what is to be made, and when it is hung."""
        changes = planned_changes(self.get_object(), now())
        return Response(serializers.PlannedBagSerializer(changes, many=True).data)


@by(OF_PATIENT, OF_CYCLE)
class Bags(VisibleRows):
    serializer_class = serializers.BagSerializer
    to_patient, to_cycle = "cycle__patient", "cycle"
    related = ("cycle__patient", "planned", "compounded_by", "checked_by")
    many_related = ("vial_lots__corrects", "moves__recorded_by", "moves__corrects")

    def get_queryset(self):
        return with_hung_from(super().get_queryset())


@by(OF_PATIENT, OF_CYCLE)
class Events(VisibleRows):
    serializer_class = serializers.EventSerializer
    to_patient, to_cycle = "cycle__patient", "cycle"
    related = ("cycle__patient", "bag", "recorded_by", "corrects", "corrected_by")


@by(OF_PATIENT)
class Tasks(VisibleRows):
    serializer_class = serializers.TaskSerializer
    order = "due_at"
    related = ("patient", "acknowledged_by")


@by(OF_PATIENT, OF_CYCLE)
class Handoffs(VisibleRows):
    serializer_class = serializers.HandoffSerializer
    to_cycle = "cycle"
    related = ("cycle", "patient", "to_nurse", "sent_by", "answered_by")


class Unknown(APIView):
    """An address that does not exist: said as JSON, like every other answer."""

    permission = Permission.SIGNED_IN

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is no such address. The schema lists those that exist."))


class Schema(SpectacularAPIView):
    permission = Permission.SIGNED_IN
    permission_classes = [RoutePermission]
