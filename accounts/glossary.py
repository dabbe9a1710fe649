"""The words of the product in both languages, with what they mean here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    """One thing and what it is called."""

    english: str
    french: str
    meaning: str | Promise = ""


TERMS = (
    Term("Advice", "avis", _("what an adviser put on record")),
    Term("Approval with conditions", "approbation sous conditions"),
    Term("Armed group, non-State", "groupe armé non étatique (GANE)"),
    Term("Authority level", "niveau d’autorité", _("who may decide: L0 to L4")),
    Term("Band", "niveau de risque", _("Low, Moderate, High or Very high")),
    Term("Commitment", "engagement pris", _("a promise, by them or by us; never the dialogue itself")),
    Term("Compartment", "compartiment", _("a circle of people who need to know")),
    Term("Condition", "condition", _("what must hold for an approval to stand")),
    Term("Contact report", "compte rendu de contact"),
    Term("Cost of not engaging", "coût du non-engagement"),
    Term("Critical factor", "facteur critique", _("sets a minimum band")),
    Term("De-confliction", "déconfliction"),
    Term("Delegation of authority", "délégation de pouvoirs"),
    Term("Dialogue, engagement with a group", "dialogue, prise de contact"),
    Term("Dissent", "opinion divergente"),
    Term("Do no harm", "ne pas nuire"),
    Term("Due diligence policy, human rights", "politique de diligence voulue en matière de droits de l’homme"),
    Term("Early warning", "alerte précoce"),
    Term("Entry point", "point d’entrée"),
    Term("Factor", "facteur", _("one question that counts towards a risk")),
    Term("Field office", "bureau de terrain"),
    Term("Gate", "verrou", _("a condition that points cannot outweigh")),
    Term("Head of mission", "chef de mission"),
    Term("Host government", "gouvernement hôte"),
    Term("Incident", "incident"),
    Term("Intermediary", "intermédiaire"),
    Term("Label", "étiquette", _("what an issuer says about a group, with a date")),
    Term("Likelihood; impact", "probabilité ; conséquences"),
    Term("Lineage", "filiation", _("which group came from which")),
    Term("Marking", "classification", _("how closely a record is kept")),
    Term("Measure", "mesure d’atténuation"),
    Term("Posture", "posture", _("what the mission expects about dialogue")),
    Term("Prohibition of contact", "interdiction de contact"),
    Term("Promised / verified measure", "mesure annoncée / vérifiée"),
    Term("Protection case", "protection attendue", _("what a dialogue could do for civilians")),
    Term("Protection of civilians (POC)", "protection des civils (PDC)"),
    Term("Re-decision", "réexamen de la décision"),
    Term("Red line", "ligne rouge", _("what the institution will not do")),
    Term("Reprisal", "représailles"),
    Term("Request", "demande de dialogue"),
    Term("Robustness", "robustesse", _("how far the weights may be wrong before the level by points changes")),
    Term("Ruleset", "barème"),
    Term("Security risk management (SRM)", "gestion des risques de sécurité (GRS)"),
    Term("Separation of duties", "séparation des fonctions"),
    Term("Shelf life", "durée de validité", _("how long evidence counts as fresh")),
    Term("Suspension; withdrawal", "suspension ; retrait"),
    Term("Threat assessment", "évaluation de la menace"),
    Term("Unknown", "inconnu", _("counted at its worst, never as zero")),
    Term("Unplanned contact", "contact imprévu"),
    Term("Verified; corroborated; reported", "vérifié ; corroboré ; signalé"),
)
