"""gunicorn for the real thing: two workers, two threads each.

More threads only queue for the interpreter on small machines; WEB_WORKERS scales with cores.
"""

import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 2
timeout = 30
graceful_timeout = 10
# A worker is replaced now and then, at different moments, so that a slow leak stays small.
max_requests = 5000
max_requests_jitter = 500
accesslog = None
errorlog = "-"
# Nobody steers it from outside; a shared socket would only be one more door.
control_socket_disable = True
# Heartbeat files on disk can block for seconds; where shared memory exists it is used.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
