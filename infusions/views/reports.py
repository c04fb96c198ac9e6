"""The pharmacy's month: a page, CSV and a workbook."""

from datetime import date, datetime

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render

from audit.actions import record
from clock.now import now
from infusions.reports import table
from infusions.reports.month import Month, month_of, this_month
from teams.permissions import Permission
from teams.routes import route

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@route(Permission.SEE_PHARMACY_REPORT, methods=("GET", "HEAD"))
def report(request, month: str = ""):
    return render(request, "infusions/report/page.html", {"month": _month(request, month)})


@route(Permission.SEE_PHARMACY_REPORT, methods=("GET", "HEAD"))
def report_csv(request, month: str):
    found = _month(request, month)
    return _file(request, found, table.csv_of(found), "text/csv; charset=utf-8", "csv")


@route(Permission.SEE_PHARMACY_REPORT, methods=("GET", "HEAD"))
def report_xlsx(request, month: str):
    found = _month(request, month)
    return _file(request, found, table.xlsx_of(found), XLSX, "xlsx")


def _month(request, text: str) -> Month:
    at = now()
    return month_of(request.user, _first(text) if text else this_month(request.user, at), at)


def _first(text: str) -> date:
    try:
        found = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= found.year <= 2200:
        raise Http404
    return found


def _file(request, month: Month, content: bytes, kind: str, ending: str):
    name = f"pharmacy-{month.first:%Y-%m}.{ending}"
    _record(request, name)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _record(request, name: str) -> None:
    with transaction.atomic():
        facts = {"subject": request.user.organisation, "by": request.user, "at": now()}
        record(verb="exported_report", after={"file": name}, **facts)
