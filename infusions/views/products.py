"""The articles a scan is looked up in: list, add, take off, put back."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clock.now import now
from commands.perform import perform
from infusions.actions import products as actions
from infusions.forms.products import ProductForm, ProductReasonForm
from infusions.models import Product
from infusions.scans.products import listed
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.COMPOUND)
def products(request):
    """Whoever makes bags reads the list; a pharmacist keeps it."""
    may_change = can(request.user, Permission.MANAGE_PRODUCTS)
    form = ProductForm(request.POST or None)

    def page(*, form, stops=(), status=200):
        context = {
            "products": listed(request.user.organisation),
            "may_change": may_change,
            "form": form,
            "stops": stops,
        }
        return render(request, "infusions/products.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        actions.add_product(by=request.user, at=now(), **given)
        return reverse("infusions:products")

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="added_product",
        subject=request.user.organisation,
        said=_("The product is on the list."),
    )


@route(Permission.MANAGE_PRODUCTS)
def product(request, uuid):
    """One article: take it off the list, or put it back."""
    row = get_object_or_404(Product, uuid=uuid, organisation=request.user.organisation)
    form = ProductReasonForm(request.POST or None)
    act = actions.withdraw_product if row.is_active else actions.restore_product

    def page(*, form, stops=(), status=200):
        context = {"product": row, "form": form, "stops": stops}
        return render(request, "infusions/product.html", context, status=status)

    if request.method != "POST":
        return page(form=form)

    def effect(**given):
        act(product=row, by=request.user, at=now(), **given)
        return reverse("infusions:products")

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="withdrew_product" if row.is_active else "restored_product",
        subject=row,
        said=_("The list is changed."),
    )
