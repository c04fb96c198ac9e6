from django.urls import path

from checklists import views

app_name = "checklists"
urlpatterns = [
    path("<uuid:uuid>/", views.run, name="run"),
    path("<uuid:uuid>/answers/<uuid:answer>/correct/", views.correct_answer, name="correct_answer"),
]
