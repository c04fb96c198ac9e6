"""At most once: the key a form carries is stored first, in the same transaction as its effect."""

import hashlib
import json
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction

from commands.models import Command
from commands.refusals import refuse

# Never part of what was said: a new CSRF token or a retyped password is the same command.
NOT_CONTENT = {"csrfmiddlewaretoken", "password", "second_password"}


def digest_of(data) -> str:
    """SHA-256 of the submitted fields, order-independent."""
    lists = dict(data.lists()) if hasattr(data, "lists") else dict(data)
    kept = {name: value for name, value in lists.items() if name not in NOT_CONTENT}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def once(
    *, principal, key: UUID, route: str, body: str, effect: Callable[[], tuple[int, str]]
) -> Command:
    """Runs `effect` -> (status, answer) once per (principal, key); a repeat gets the stored answer.

    Raises HardStop `command.reused_key` when the key comes back with another body."""
    earlier = Command.objects.filter(principal=str(principal), key=key).first()
    if earlier is None:
        try:
            with transaction.atomic():
                command = Command.objects.create(
                    principal=str(principal), key=key, route=route, body_sha256=body
                )
                command.status, command.answer = effect()
                command.save(update_fields=["status", "answer"])
                return command
        except IntegrityError as error:
            # The unique index makes a racing twin wait for the first one, then lands here.
            if "command_key_used_once" not in str(error) and "commands_command" not in str(error):
                raise
            earlier = Command.objects.get(principal=str(principal), key=key)
    if earlier.body_sha256 != body or earlier.route != route:
        refuse(
            "command.reused_key", "This form was already sent with other content. Open it again."
        )
    return earlier
