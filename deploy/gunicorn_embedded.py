"""gunicorn for embedded mode: one process serves pages and, in a thread, does what is due.

The thread calls the same function as the Celery tasks and `manage.py watch`; what is due is read
from the database, so a restart loses nothing.
"""

import logging
import threading
import time

workers = 1
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 5
accesslog = None
errorlog = "-"
# Nobody steers it from outside; a shared socket would only be one more door.
control_socket_disable = True
loglevel = "warning"

TICK_SECONDS = 1.0
log = logging.getLogger("infusion_coord.ticker")


def post_worker_init(worker):
    threading.Thread(target=_tick_for_ever, name="ticker", daemon=True).start()


def _tick_for_ever():
    from notifications.sweep import tick

    while True:
        _tick_once(tick)
        time.sleep(TICK_SECONDS)


def _tick_once(tick):
    from django.db import close_old_connections

    close_old_connections()
    try:
        tick()
    except Exception:
        # One bad row or a moment without the database must not end the thread: the rows stay
        # due, the next tick tries again, and the health page shows that they are late.
        log.exception("A tick failed; the next one tries again.")
    finally:
        close_old_connections()
