from celery import shared_task

from audit.sealing import seal


@shared_task(name="audit.tasks.seal_events")
def seal_events() -> None:
    seal()
