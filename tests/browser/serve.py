"""The processes of `make up`, run by its supervisor, for the browser tests.

python -m tests.browser.serve 127.0.0.1:PORT

The standby sender is left out: what arrives came through Redis and the Celery worker."""

import sys

from bin import processes
from bin.run_processes import Supervisor

if __name__ == "__main__":
    Supervisor([one for one in processes.full(sys.argv[1]) if one.name != "watch"]).run()
