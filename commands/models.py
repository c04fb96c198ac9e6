from django.db import models


class Command(models.Model):
    """A form or API call that changed rows, remembered by its key so that sending it twice
    changes nothing twice. Kept at least 35 days (a cycle plus margin)."""

    principal = models.CharField(max_length=40)
    key = models.UUIDField()
    route = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)  # a location, or the JSON body of an API answer
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="command_key_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
