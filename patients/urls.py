from django.urls import path

from patients.views import access, corrections, entries, imports, people

app_name = "patients"
urlpatterns = [
    path("", people.patient_list, name="list"),
    path("enrol/", people.enrol, name="enrol"),
    path("import/", imports.import_fhir, name="import_fhir"),
    path("<uuid:uuid>/edit/", people.edit, name="edit"),
    path("<uuid:uuid>/access/", access.access, name="access"),
    path("<uuid:uuid>/measure/", entries.measure, name="measure"),
    path("<uuid:uuid>/allergies/", entries.allergies, name="allergies"),
    path("<uuid:uuid>/problems/", entries.problems, name="problems"),
    path(
        "measurements/<uuid:uuid>/correct/",
        corrections.correct_measurement,
        name="correct_measurement",
    ),
    path("allergies/<uuid:uuid>/correct/", corrections.correct_allergy, name="correct_allergy"),
    path(
        "identifiers/<int:pk>/correct/", corrections.correct_identifier, name="correct_identifier"
    ),
    path("problems/<uuid:uuid>/correct/", corrections.correct_problem, name="correct_problem"),
]
