from django.urls import path

from monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("cycles/<uuid:uuid>/", views.flowsheet, name="flowsheet"),
    path("cycles/<uuid:uuid>/take-on/", views.take_on, name="take_on"),
    path("cycles/<uuid:uuid>/vitals/", views.vitals, name="vitals"),
    path("cycles/<uuid:uuid>/neuro/", views.neuro, name="neuro"),
    path("cycles/<uuid:uuid>/watch/", views.watch, name="watch"),
    path("vitals/<uuid:uuid>/correct/", views.correct_vitals, name="correct_vitals"),
    path("neuro/<uuid:uuid>/correct/", views.correct_neuro, name="correct_neuro"),
]
