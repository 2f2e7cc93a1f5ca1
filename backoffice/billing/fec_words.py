"""How the journals and the kinds of entries are called in the FEC, which is in French."""

JOURNALS = {"AN": "À-nouveaux", "OD": "Opérations diverses", "ST": "Stripe", "VE": "Ventes"}
REVERSED = ".reversed"
KINDS = {
    "opening": "Report des soldes",
    "charge": "Paiement d’une commande",
    "fee": "Commission sur une vente",
    "fee_refund": "Commission rendue",
    "transfer": "Versement au vendeur",
    "transfer_reversal": "Versement repris au vendeur",
    "refund": "Remboursement à l’acheteur",
    "chargeback.withdrawn": "Contestation bancaire, montant retiré",
    "chargeback.reinstated": "Contestation bancaire, montant rendu",
    "payout": "Virement de Stripe à la banque",
    "payout.banked": "Virement reçu à la banque",
    "plan_invoice.finalized": "Abonnement d’un vendeur",
    "plan_invoice.uncollectible": "Abonnement impayé, abandonné",
    "plan_payment": "Règlement d’un abonnement",
    "plan_refund": "Abonnement remboursé",
    "deferral": "Produits constatés d’avance",
    "deferral.released": "Reprise des produits constatés d’avance",
    "adjustment": "Régularisation",
    "invoice.rounding": "Arrondi de TVA d’une facture",
}


def label_of(kind: str) -> str:
    """Return the label of a kind of entry; of a reversal it says so."""
    if kind.endswith(REVERSED):
        return f"Annulation : {label_of(kind.removesuffix(REVERSED))}"
    return KINDS.get(kind, kind)
