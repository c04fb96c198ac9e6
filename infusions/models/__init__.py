from infusions.models.bag import Bag, BagMove, BagVial
from infusions.models.check import BagCheck, Dispute, EmergencyRelease
from infusions.models.custody import BeyondUseLimits, CustodyEvidence, StorageFailure
from infusions.models.cycle import Cycle, DoseOrder, Indication, Philadelphia, Setting
from infusions.models.event import InfusionEvent, StopReport
from infusions.models.hold import Hold, Quarantine
from infusions.models.label_print import LabelPrint
from infusions.models.make import MakeSession, MakeStep
from infusions.models.make_photo import MakePhoto
from infusions.models.medication import MedicationGiven, PrescriberAnswer
from infusions.models.near_miss import NearMiss
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
from infusions.models.recall import Recall
from infusions.models.review import PharmacyReview
from infusions.models.stock import PoolingPolicy, StockLot, StockMovement, VialCost
from infusions.models.work import BagWork

__all__ = [
    "Bag",
    "BagCheck",
    "BagMove",
    "BagPlan",
    "BagVial",
    "BagWork",
    "BeyondUseLimits",
    "CustodyEvidence",
    "Cycle",
    "Dispute",
    "DoseOrder",
    "EmergencyRelease",
    "Hold",
    "Indication",
    "InfusionEvent",
    "LabelAdoption",
    "LabelMove",
    "LabelPrint",
    "MakePhoto",
    "MakeSession",
    "MakeStep",
    "MedicationGiven",
    "NearMiss",
    "PharmacyReview",
    "Philadelphia",
    "PlannedBag",
    "PoolingPolicy",
    "PrescriberAnswer",
    "Product",
    "PumpProgram",
    "Quarantine",
    "Recall",
    "RowPassport",
    "RowReading",
    "Setting",
    "SiteRow",
    "StockLot",
    "StockMovement",
    "StopReport",
    "StorageFailure",
    "VialCost",
]
