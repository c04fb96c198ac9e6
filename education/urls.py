from django.urls import path

from education.views import lessons, teaching

app_name = "education"
urlpatterns = [
    path("today/", lessons.today, name="today"),
    path("lessons/", lessons.lessons, name="lessons"),
    path("lessons/<slug:key>/", lessons.lesson, name="lesson"),
    path("teach/<uuid:uuid>/", teaching.teach, name="teach"),
    path("teach/<uuid:uuid>/learners/", teaching.add_learner, name="add_learner"),
    path("learners/<uuid:uuid>/", teaching.edit_learner, name="edit_learner"),
    path(
        "teach-backs/<uuid:uuid>/correct/", teaching.correct_teach_back, name="correct_teach_back"
    ),
]
