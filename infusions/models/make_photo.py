from uuid import uuid4

from django.db import models


def path_of(photo, name: str) -> str:
    """A name that tells nothing, below the private media folder."""
    return f"make/{photo.uuid.hex[:2]}/{photo.uuid}.jpg"


class MakePhoto(models.Model):
    """Evidence from the hood: written anew as JPEG, without what the camera added. Append-only
    (triggers); the file is served by a view that asks who may see it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.ForeignKey("infusions.MakeSession", models.PROTECT, related_name="photos")
    key = models.CharField(max_length=40)  # of the step on whose screen it was taken
    file = models.FileField(upload_to=path_of)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_by = models.ForeignKey("teams.User", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"photo of {self.session_id}"
