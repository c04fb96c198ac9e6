from importlib import import_module

from django.urls import path

app_name = "infusions"


def late(name):
    module, view = name.split(".")

    def call(request, **kwargs):
        return getattr(import_module(f"infusions.views.{module}"), view)(request, **kwargs)

    return call


PATHS = [
    ("patients/<uuid:uuid>/cycles/new/", "cycles.plan_cycle"),
    ("bags/", "bags.prep_board"),
    ("cycles/<uuid:uuid>/plan/", "cycles.plan"),
    ("cycles/<uuid:uuid>/order/", "cycles.order"),
    ("cycles/<uuid:uuid>/bags/<int:n>/make/", "bags.compound"),
    ("bags/<uuid:uuid>/", "bags.bag"),
    ("bags/<uuid:uuid>/check/", "bags.check_bag"),
    ("bags/<uuid:uuid>/move/", "bags.move_bag"),
    ("bags/<uuid:uuid>/discard/", "bags.discard_bag"),
    ("vials/<uuid:uuid>/correct/", "bags.correct_vial"),
    ("bags/<uuid:uuid>/pre-infusion/", "pumps.pre_infusion"),
    ("bags/<uuid:uuid>/pump/", "pumps.program_pump"),
    ("programs/<uuid:uuid>/read-back/", "pumps.read_pump_back"),
    ("cycles/<uuid:uuid>/start/", "runs.start"),
    ("cycles/<uuid:uuid>/change-bag/", "runs.change_bag"),
    ("cycles/<uuid:uuid>/stop/", "runs.interrupt"),
    ("cycles/<uuid:uuid>/resume/", "runs.resume"),
    ("cycles/<uuid:uuid>/end/", "runs.end"),
    ("patients/<uuid:uuid>/report-stop/", "runs.report_stop"),
    ("reports/<uuid:uuid>/close/", "runs.close_report"),
    ("cycles/<uuid:uuid>/medication/", "medications.medication"),
    ("cycles/<uuid:uuid>/prescriber/", "medications.prescriber_answer"),
    ("cycles/<uuid:uuid>/events/", "events.events"),
    ("events/<uuid:uuid>/correct/", "events.correct_event"),
]
urlpatterns = [path(where, late(what), name=what.split(".")[1]) for where, what in PATHS]
