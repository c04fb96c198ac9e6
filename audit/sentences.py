"""One readable line for each verb of the record: "Nadia Ward · stopped the infusion"."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = {
    # audit
    "looked_at": gettext_noop("looked at the chart"),
    "corrected": gettext_noop("corrected an entry"),
    # teams
    "invited_person": gettext_noop("invited a person"),
    "changed_role": gettext_noop("changed a person's role"),
    "edited_person": gettext_noop("changed a person's details"),
    "disabled_person": gettext_noop("disabled an account"),
    "enabled_person": gettext_noop("opened an account again"),
    "sent_password_link": gettext_noop("sent a link to set a password"),
    "edited_account": gettext_noop("changed their own account"),
    "made_token": gettext_noop("made an API token"),
    "revoked_token": gettext_noop("revoked an API token"),
    "added_site": gettext_noop("added a site"),
    "edited_site": gettext_noop("changed a site"),
    "added_care_team": gettext_noop("added a care team"),
    "added_member": gettext_noop("added a person to a care team"),
    "ended_membership": gettext_noop("took a person off a care team"),
    # patients
    "enrolled": gettext_noop("enrolled the patient"),
    "imported": gettext_noop("imported the patient"),
    "edited_patient": gettext_noop("changed the patient's details"),
    "measured": gettext_noop("recorded a weight or height"),
    "noted_allergy": gettext_noop("noted an allergy"),
    "stated_allergies": gettext_noop("stated what is known of allergies"),
    "noted_problem": gettext_noop("noted a problem"),
    "gave_access": gettext_noop("gave an account access to the patient"),
    "ended_access": gettext_noop("ended an account's access to the patient"),
    # infusions
    "took_plan_back": gettext_noop("took a plan back"),
    "planned_cycle": gettext_noop("planned a cycle"),
    "accepted_plan": gettext_noop("accepted a bag plan"),
    "accepted_change": gettext_noop("accepted a change of the plan"),
    "plan_differs": gettext_noop("saw that the plan no longer fits"),
    "plan_fits": gettext_noop("saw that the plan fits again"),
    "state_differs": gettext_noop("found that the stored state differs from the record"),
    "planned_bags": gettext_noop("planned the bags"),
    "adopted_label": gettext_noop("adopted a label set"),
    "read_row": gettext_noop("read a label row in the document"),
    "decided_row": gettext_noop("decided between two readings of a label row"),
    "withdrew_row": gettext_noop("withdrew a label row"),
    "added_site_row": gettext_noop("added a row of the site's own protocol"),
    "moved_label": gettext_noop("moved a cycle to another label set"),
    "signed_order": gettext_noop("signed the dose order"),
    "added_product": gettext_noop("put a product on the list"),
    "withdrew_product": gettext_noop("took a product off the list"),
    "restored_product": gettext_noop("put a product back on the list"),
    "moved_stock": gettext_noop("received, counted or took off stock"),
    "corrected_stock": gettext_noop("corrected an entry of the stock"),
    "set_vial_cost": gettext_noop("recorded what a vial costs"),
    "set_pooling": gettext_noop("set whether vial pooling is hinted at"),
    "recalled_lot": gettext_noop("recalled a lot"),
    "started_make": gettext_noop("began to make a bag"),
    "did_make_step": gettext_noop("did a step of making a bag"),
    "took_over_make": gettext_noop("took over the making of a bag"),
    "gave_up_make": gettext_noop("gave up the making of a bag"),
    "checked_drawn": gettext_noop("read the syringe as the second person"),
    "added_make_photo": gettext_noop("took a photo in the hood"),
    "compounded_bag": gettext_noop("logged a bag's preparation"),
    "checked_bag": gettext_noop("checked a bag"),
    "released_bag": gettext_noop("released a bag"),
    "read_bag_again": gettext_noop("read their bag again"),
    "read_bag_as_third": gettext_noop("read a bag as the third person"),
    "decided_dispute": gettext_noop("decided between two readings of a bag"),
    "read_label": gettext_noop("read the label on a bag"),
    "read_label_otherwise": gettext_noop("read the label on a bag otherwise"),
    "checked_bag_afterwards": gettext_noop("checked a bag that was released on a single check"),
    "asked_emergency_release": gettext_noop("asked to release a bag on a single check"),
    "released_alone": gettext_noop("released a bag on a single check"),
    "rejected_bag": gettext_noop("rejected a bag"),
    "printed_label": gettext_noop("printed a bag's label"),
    "reprinted_label": gettext_noop("printed a bag's label again"),
    "moved_bag": gettext_noop("scanned a bag to a new place"),
    "quarantined_bag": gettext_noop("set a bag apart, to be checked again"),
    "placed_hold": gettext_noop("placed a hold"),
    "released_hold": gettext_noop("released a hold"),
    "proved_custody": gettext_noop("vouched for how a bag was kept"),
    "reported_storage_failure": gettext_noop("recorded that a fridge failed"),
    "set_beyond_use": gettext_noop("set the beyond-use time of a site"),
    "asked_pharmacy_review": gettext_noop("asked for a review of bags"),
    "closed_pharmacy_review": gettext_noop("reviewed bags"),
    "asked_off_hours": gettext_noop("asked for work outside the pharmacy's hours"),
    "discarded_bag": gettext_noop("discarded a bag"),
    "programmed_pump": gettext_noop("programmed the pump"),
    "read_pump_back": gettext_noop("read the pump back"),
    "started": gettext_noop("started the infusion"),
    "changed_bag": gettext_noop("changed the bag"),
    "interrupted": gettext_noop("stopped the infusion"),
    "reported_stop": gettext_noop("reported that the pump stopped"),
    "closed_report": gettext_noop("answered a report of a stop"),
    "resumed": gettext_noop("resumed the infusion"),
    "ended": gettext_noop("ended the infusion"),
    "gave_medication": gettext_noop("gave a medication"),
    "answered_prescriber_question": gettext_noop("answered what the label leaves to them"),
    # the rest of the care
    "opened_checklist": gettext_noop("opened a checklist"),
    "answered_checklist": gettext_noop("answered a checklist question"),
    "signed_checklist": gettext_noop("signed a checklist"),
    "recorded_vitals": gettext_noop("recorded vital signs"),
    "recorded_neuro": gettext_noop("recorded a neurological check"),
    "scheduled_visit": gettext_noop("scheduled a visit"),
    "set_out_to_visit": gettext_noop("set out to a visit"),
    "accepted_visit": gettext_noop("accepted a visit"),
    "moved_responsibility": gettext_noop("took over responsibility"),
    "offered_handoff": gettext_noop("offered a handoff"),
    "accepted_handoff": gettext_noop("accepted a handoff"),
    "declined_handoff": gettext_noop("declined a handoff"),
    "added_learner": gettext_noop("added a learner"),
    "edited_learner": gettext_noop("changed a learner's details"),
    "taught": gettext_noop("taught a lesson"),
    "raised_reminder": gettext_noop("raised a reminder"),
    "acknowledged_reminder": gettext_noop("acknowledged a reminder"),
    "moved_training_clock": gettext_noop("moved the training clock"),
}


def sentence(event) -> str:
    """An unknown verb is still readable: its own words."""
    known = SENTENCES.get(event.verb)
    words = _(known) if known else event.verb.replace("_", " ")
    return _("refused: %(what)s") % {"what": words} if event.outcome == "refused" else words


def changes(event) -> list[tuple[str, object, object]]:
    """(what, before, after) for each value that is not the same on both sides."""
    names = list(event.before) + [name for name in event.after if name not in event.before]
    rows = [(name, event.before.get(name), event.after.get(name)) for name in names]
    return [(name.replace("_", " "), was, now) for name, was, now in rows if was != now]
