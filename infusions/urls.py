from django.urls import path

from infusions.views import bags, corrections, cycles, events, medications, pumps, runs, stops

app_name = "infusions"
urlpatterns = [
    path("patients/<uuid:uuid>/cycles/new/", cycles.plan_cycle, name="plan_cycle"),
    path("patients/<uuid:uuid>/report-stop/", stops.report_stop, name="report_stop"),
    path("reports/<uuid:uuid>/close/", runs.close_report, name="close_report"),
    path("cycles/<uuid:uuid>/plan/", cycles.plan, name="plan"),
    path("cycles/<uuid:uuid>/order/", cycles.order, name="order"),
    path("cycles/<uuid:uuid>/bags/<int:n>/make/", bags.compound, name="compound"),
    path("cycles/<uuid:uuid>/start/", runs.start, name="start"),
    path("cycles/<uuid:uuid>/change-bag/", runs.change_bag, name="change_bag"),
    path("cycles/<uuid:uuid>/stop/", stops.interrupt, name="interrupt"),
    path("cycles/<uuid:uuid>/resume/", runs.resume, name="resume"),
    path("cycles/<uuid:uuid>/end/", runs.end, name="end"),
    path("cycles/<uuid:uuid>/medication/", medications.medication, name="medication"),
    path(
        "medications/<uuid:uuid>/correct/",
        medications.correct_medication,
        name="correct_medication",
    ),
    path("cycles/<uuid:uuid>/prescriber/", medications.prescriber_answer, name="prescriber_answer"),
    path("cycles/<uuid:uuid>/events/", events.events, name="events"),
    path("events/<uuid:uuid>/correct/", events.correct_event, name="correct_event"),
    path("bags/", bags.prep_board, name="prep_board"),
    path("bags/<uuid:uuid>/", bags.bag, name="bag"),
    path("bags/<uuid:uuid>/check/", bags.check_bag, name="check_bag"),
    path("bags/<uuid:uuid>/move/", bags.move_bag, name="move_bag"),
    path("bags/<uuid:uuid>/discard/", bags.discard_bag, name="discard_bag"),
    path("bags/<uuid:uuid>/pre-infusion/", pumps.pre_infusion, name="pre_infusion"),
    path("bags/<uuid:uuid>/pump/", pumps.program_pump, name="program_pump"),
    path("programs/<uuid:uuid>/read-back/", pumps.read_pump_back, name="read_pump_back"),
    path("vials/<uuid:uuid>/correct/", corrections.correct_vial, name="correct_vial"),
    path("moves/<uuid:uuid>/correct/", corrections.correct_move, name="correct_move"),
    path("bags/<uuid:uuid>/correct/", corrections.correct_work, name="correct_work"),
    path("bags/<uuid:uuid>/take-back/", corrections.take_release_back, name="take_release_back"),
]
