from infusions.models.bag import Bag, BagCheck, BagMove, BagVial
from infusions.models.cycle import Cycle, DoseOrder, Indication, Philadelphia, Setting
from infusions.models.event import InfusionEvent, StopReport
from infusions.models.label_print import LabelPrint
from infusions.models.make import MakeSession, MakeStep
from infusions.models.medication import MedicationGiven, PrescriberAnswer
from infusions.models.passport import (
    LabelAdoption,
    LabelMove,
    RowPassport,
    RowReading,
    SiteRow,
)
from infusions.models.plan import BagPlan, PlannedBag
from infusions.models.product import Product
from infusions.models.pump import PumpProgram
from infusions.models.work import BagWork

__all__ = [
    "Bag",
    "BagCheck",
    "BagMove",
    "BagPlan",
    "BagVial",
    "BagWork",
    "Cycle",
    "DoseOrder",
    "Indication",
    "InfusionEvent",
    "LabelAdoption",
    "LabelMove",
    "LabelPrint",
    "MakeSession",
    "MakeStep",
    "MedicationGiven",
    "Philadelphia",
    "PlannedBag",
    "PrescriberAnswer",
    "Product",
    "PumpProgram",
    "RowPassport",
    "RowReading",
    "Setting",
    "SiteRow",
    "StopReport",
]
