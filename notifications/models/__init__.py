from notifications.models.outbox import OutboxMessage
from notifications.models.reminder import Reminder

__all__ = ["OutboxMessage", "Reminder"]
