from django.urls import path, re_path

from api.rest import reading
from api.rest.docs import docs
from api.rest.writing import BagMoves, BagsAndPreparation

LIST, ONE = {"get": "list"}, {"get": "retrieve"}

app_name = "api"
urlpatterns = [
    path("patients/", reading.Patients.as_view(LIST), name="patients"),
    path("patients/<uuid:uuid>/", reading.Patients.as_view(ONE), name="patient"),
    path("cycles/", reading.Cycles.as_view(LIST), name="cycles"),
    path("cycles/<uuid:uuid>/", reading.Cycles.as_view(ONE), name="cycle"),
    path("cycles/<uuid:uuid>/plan/", reading.Cycles.as_view({"get": "plan"}), name="cycle_plan"),
    path("bags/", BagsAndPreparation.as_view({**LIST, "post": "create"}), name="bags"),
    path("bags/<uuid:uuid>/", reading.Bags.as_view(ONE), name="bag"),
    path("bags/<uuid:uuid>/moves/", BagMoves.as_view(), name="bag_moves"),
    path("events/", reading.Events.as_view(LIST), name="events"),
    path("events/<uuid:uuid>/", reading.Events.as_view(ONE), name="event"),
    path("tasks/", reading.Tasks.as_view(LIST), name="tasks"),
    path("tasks/<uuid:uuid>/", reading.Tasks.as_view(ONE), name="task"),
    path("handoffs/", reading.Handoffs.as_view(LIST), name="handoffs"),
    path("handoffs/<uuid:uuid>/", reading.Handoffs.as_view(ONE), name="handoff"),
    path("docs/", docs, name="docs"),
    path("schema/", reading.Schema.as_view(), name="schema"),
    re_path(r"", reading.Unknown.as_view(), name="unknown"),
]
