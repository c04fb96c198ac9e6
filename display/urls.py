from django.urls import path

from display import views

app_name = "display"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("board/", views.board, name="gallery_board"),
    path("patient/", views.patient, name="gallery_patient"),
]
