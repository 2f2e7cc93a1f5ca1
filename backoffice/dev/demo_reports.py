"""What people report in the demo: bodies of notices, reviews and messages as they are sent."""

from typing import Any

from backoffice.dev.demo_products import CLOCKMAKER, HARDWARE

AGENT = {
    "name": "Sophie Delorme", "email": "s.delorme@cabinet-delorme.example.com",
    "organisation": "Cabinet Delorme, conseils en propriété industrielle",
}  # fmt: skip
PHOTOGRAPHER = {"name": "Yann Le Goff", "email": "yann@legoff-photo.example.com"}
FLAGGER = {
    "name": "Cellule produits dangereux", "email": "signalements@vigie-conso.example.com",
    "organisation": "Vigie Conso",
}  # fmt: skip
GRUMBLER = {"name": "Roland Petit", "email": "roland.petit@example.com"}
BUYER = {"name": "Amélie Vasseur", "email": "amelie.vasseur@example.com"}

KERVANEC = {
    "register": "INPI", "number": "4000001", "sign": "KERVANEC", "territories": ["FR"],
    "classes": [21, 25], "expires_on": "2031-03-14", "role": "agent",
    "holder": {"name": "Kervanec SA", "country": "FR"}, "infringes": ["product", "text"],
}  # fmt: skip
PHOTOGRAPHS = {
    "sign": "Série « Matières », 2024", "role": "owner", "infringes": ["image"],
    "holder": {"name": "Yann Le Goff", "country": "FR"},
}  # fmt: skip
DIAL = {
    "register": "EUIPO", "number": "008123456-0001", "sign": "Cadran Vauban",
    "territories": ["EM"], "role": "owner", "infringes": ["product"],
    "holder": {"name": "Ateliers Vauban", "country": "FR"},
}  # fmt: skip
HANDLE = {
    "register": "EPO", "number": "EP1234567", "sign": "Poignée isolante", "role": "owner",
    "infringes": ["product"], "holder": {"name": "Roland Petit", "country": "FR"},
}  # fmt: skip

REVIEWS = (
    ("avis-5001", HARDWARE, 1, "Escroc. J’ai vu sa voiture devant chez lui, 4 rue du Port.", "Zoé"),
    ("avis-5002", HARDWARE, 4, "Belle bouilloire, livrée en trois jours.", "Amélie V."),
    ("avis-5003", CLOCKMAKER, 2, "Le tic-tac est plus fort que je ne pensais.", "Bastien"),
)  # number, seller, rating, text, author
THREAD = (
    ("buyer", "Bonjour, la pendule retarde de dix minutes par jour."),
    ("seller", "Bonjour, l’avez-vous posée d’aplomb ?"),
    ("buyer", "Oui, avec un niveau."),
    ("seller", "Alors payez-moi la réparation par virement, 40 euros, hors du site."),
    ("buyer", "Ce n’est pas normal, elle a deux semaines."),
    ("seller", "Vous l’avez cassée, on vous connaît."),
)


def report(kind: str, notifier: dict[str, str], words: str, *targets: dict[str, str],
           **more: Any) -> dict[str, Any]:  # fmt: skip
    """Return the body of one notice."""
    return {
        "kind": kind, "locale": "fr", "explanation": words, "notifier": notifier,
        "good_faith": True, "targets": list(targets), **more,
    }  # fmt: skip


def listing(number: int, seller: str = HARDWARE) -> dict[str, str]:
    """Return a listing as a target."""
    return {"kind": "listing", "seller": seller, "external_id": f"art-{number}"}


def past_reports() -> list[tuple[dict[str, Any], str]]:
    """Return what was reported in the past weeks, each with how it ended (see `demo_notices`)."""
    return [
        (report("trademark", AGENT, "Le vase reprend notre marque KERVANEC au fond du verre, "
                "gravée comme sur nos modèles.", listing(2012), right=KERVANEC), "withdrawn"),
        (report("copyright", PHOTOGRAPHER, "La photo principale est la mienne, publiée en 2024 "
                "sur mon site, sans accord.", listing(2021), right=PHOTOGRAPHS), "suspended"),
        (report("patent", GRUMBLER, "Poignée copiée, tout est copié dans cette boutique, "
                "supprimez tout.", listing(2001), right=HANDLE), "unfounded"),
        (report("review", GRUMBLER, "Cet avis est injuste, je demande qu’il soit retiré.",
                {"kind": "review", "external_id": "avis-5003"}), "dismissed"),
    ]  # fmt: skip


def asked_reports() -> list[dict[str, Any]]:
    """Return two notices on which the seller is asked; the first is answered."""
    return [
        report("design", {"name": "Luc Vauban", "email": "luc@ateliers-vauban.example.com"},
               "Le cadran reprend notre modèle déposé, chiffres et aiguilles compris.",
               listing(3001, CLOCKMAKER), right=DIAL),
        report("copyright", PHOTOGRAPHER, "Encore une de mes photos, recadrée : la lumière et le "
               "reflet sont les mêmes que sur l’original joint.", listing(2020), right=PHOTOGRAPHS),
    ]  # fmt: skip


def held_report() -> dict[str, Any]:
    """Return the notice on which a suspension is proposed."""
    words = ("Troisième lot de contrefaçons en deux mois : le poinçon est faux, le grammage aussi. "
             "Facture de l’achat test jointe au dossier.")  # fmt: skip
    bought = "Commande 2026-41877, reçue le 12, sous scellé chez Me Arnoux, commissaire de justice."
    right = {**KERVANEC, "test_purchase": bought, "infringes": ["product", "packaging"]}
    return report("counterfeit", AGENT, words, listing(2003), listing(2023), right=right)


def open_reports() -> list[dict[str, Any]]:
    """Return what waits to be examined, one of almost every kind."""
    mark = ("La marque KERVANEC est employée dans le titre et sur l’étiquette de ces deux "
            "articles, pour des produits identiques aux nôtres, sans notre accord.")  # fmt: skip
    heat = ("Le couvercle se détache au-dessus de 60 °C : brûlure signalée par deux acheteurs, "
            "essai en laboratoire joint.")  # fmt: skip
    return [
        report("trademark", AGENT, mark, listing(2002), listing(3000, CLOCKMAKER), right=KERVANEC),
        report("dangerous", FLAGGER, heat, listing(2000)),
        report("review", BUYER, "L’avis donne l’adresse privée du vendeur et l’insulte.",
               {"kind": "review", "external_id": "avis-5001"}),
        report("message", BUYER, "Le vendeur veut être payé hors du site et m’insulte ensuite.",
               {"kind": "message", "external_id": "msg-6003"}),
        report("behaviour", BUYER, "Il répond par des menaces quand on demande un remboursement.",
               {"kind": "seller", "seller": CLOCKMAKER}),
        report("extra_charge", BUYER, "Le vendeur demande 4,90 € de plus à la livraison.",
               listing(2011)),
        report("patent", GRUMBLER, "Copie de mon brevet.", listing(2001),
               {"typed": "https://boutique.example.com/articles/poignee-9"}, right=HANDLE),
    ]  # fmt: skip
