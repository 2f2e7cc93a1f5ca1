"""What people write to support in the demo, and what we answer."""

from typing import NamedTuple

Line = tuple[float, str, str]
"""Hours ago; who wrote: the requester (in), a program of theirs (auto), we (out); the words."""


class Story(NamedTuple):
    """A ticket from its first message on."""

    who: str  # seller, buyer, person
    category: str
    subject: str
    lines: tuple[Line, ...]
    end: str = ""  # solved, merged; none: it goes on
    into: str = ""  # the subject of the ticket that it is merged into
    rating: int = 0
    comment: str = ""
    is_about_order: bool = False

    @property
    def rest(self) -> tuple[Line, ...]:
        """Return what was written after the first message."""
        return self.lines[1:]


STORIES = (
    Story("seller", "payment", "Virement de la semaine dernière",
          ((150, "in", "Bonjour, le virement annoncé pour lundi n’est toujours pas arrivé. "
                       "Pouvez-vous vérifier ?"),)),
    Story("buyer", "order", "Colis annoncé livré, rien dans la boîte",
          ((120, "in", "Le suivi dit « livré » depuis vendredi, mais je n’ai rien reçu."),),
          is_about_order=True),
    Story("person", "access", "Je ne peux plus me connecter",
          ((97, "in", "Mon mot de passe est refusé et le message de réinitialisation n’arrive "
                      "pas."),)),
    Story("seller", "listing", "Annonce refusée : quelle norme ?",
          ((31, "in", "Vous demandez la norme du jouet. Il s’agit d’EN 71-3, où dois-je "
                      "l’écrire ?"),)),
    Story("buyer", "refund", "Remboursement en deux fois ?",
          ((26, "in", "J’ai reçu 12 € sur 47 €. Le reste arrivera-t-il ?"),), is_about_order=True),
    Story("seller", "registration", "Changement de gérante",
          ((22, "in", "Notre gérante change au 1er du mois. Quels documents vous faut-il ?"),)),
    Story("buyer", "order", "Changer l’adresse de livraison",
          ((8, "in", "J’ai déménagé hier. Peut-on livrer au 12 rue du Port, à Nantes ?"),),
          is_about_order=True),
    Story("person", "other", "Do you ship to Ireland?",
          ((6, "in", "Hello, I would like to order a teapot from Dublin. Is this possible?"),)),
    Story("seller", "payment", "Facture des frais de septembre",
          ((4, "in", "Je ne trouve pas la facture des frais de septembre dans mon espace."),)),
    Story("person", "report", "Une photo de mon atelier sans mon accord",
          ((2, "in", "Une boutique utilise une photo de mon atelier. Que dois-je faire ?"),)),
    Story("buyer", "decision", "Pourquoi mon remboursement est-il refusé ?",
          ((1, "in", "Votre message dit que l’objet est revenu rayé. Il l’était à l’arrivée."),),
          is_about_order=True),
    Story("seller", "access", "Double authentification perdue",
          ((76, "in", "J’ai changé de téléphone, mes codes ne marchent plus."),
           (54, "out", "Bonjour, pour votre sécurité, pouvez-vous nous confirmer le SIRET de la "
                       "boutique et la date de la dernière vente ?"),
           (5, "in", "SIRET envoyé par le formulaire, dernière vente mardi."))),
    Story("buyer", "order", "Théière arrivée cassée",
          ((74, "in", "Le bec de la théière est cassé, le carton était intact."),
           (52, "out", "Bonjour, nous en sommes désolés. Pouvez-vous nous envoyer une photo de "
                       "l’objet et de son emballage ?"),
           (30, "in", "Voici ce que je vois : le bec est en trois morceaux."),
           (28, "out", "Merci. Le vendeur est prévenu, il a deux jours pour proposer un "
                       "échange."),
           (3, "in", "Il me propose un échange, mais je préfère être remboursée.")),
          is_about_order=True),
    Story("seller", "order", "Acheteur injoignable",
          ((50, "in", "Le transporteur ne trouve pas l’adresse et l’acheteur ne répond pas."),
           (27, "out", "Nous lui écrivons aujourd’hui. Gardez le colis, nous revenons vers vous "
                       "sous deux jours."))),
    Story("buyer", "refund", "Délai de rétractation",
          ((49, "in", "Le délai court-il de la commande ou de la livraison ?"),
           (25, "out", "De la livraison : vous avez quatorze jours à compter de la réception. "
                       "Souhaitez-vous que nous ouvrions la demande ?"))),
    Story("person", "other", "Partnership with our school",
          ((48, "in", "We run a pottery school and would like to sell our students’ work."),
           (26, "out", "Thank you for writing. Each seller needs a registration number: do you "
                       "have one in France?"))),
    Story("seller", "listing", "Import : colonnes inversées",
          ((72, "in", "Le prix et le stock sont inversés dans mon fichier."),
           (51, "out", "Vous pouvez choisir les colonnes avant l’envoi, à l’étape « Colonnes »."),
           (50.5, "auto", "Je suis absent jusqu’à lundi. Votre message sera lu à mon retour."))),
    Story("buyer", "order", "Où est ma commande ?",
          ((20, "in", "Commandée il y a neuf jours, toujours « en préparation »."),),
          is_about_order=True),
    Story("buyer", "order", "Encore ma commande",
          ((12, "in", "Je n’ai pas de réponse à mon message d’hier."),),
          end="merged", into="Où est ma commande ?"),
    Story("seller", "payment", "Changer d’IBAN",
          ((200, "in", "Notre banque change. Comment vous donner le nouvel IBAN ?"),
           (178, "out", "Dans votre espace, « Virements ». La banque le vérifie en un jour."),
           (170, "in", "C’est fait, merci."))
          , end="solved", rating=5, comment="Réponse rapide et claire."),
    Story("buyer", "other", "Comment laisser un avis ?",
          ((190, "in", "Je ne vois pas où écrire un avis."),
           (168, "out", "Sur la page de la commande, une fois qu’elle est livrée.")),
          end="solved"),
    Story("person", "report", "Counterfeit kettle",
          ((180, "in", "A kettle on your site copies our design."),
           (158, "out", "Please send it by our public page: as the holder of the right, you will "
                        "get a receipt and our decision.")),
          end="solved"),
    Story("seller", "registration", "Où en est mon inscription ?",
          ((175, "in", "J’ai envoyé le Kbis mardi, sans nouvelles depuis."),
           (150, "out", "Votre inscription est validée depuis ce matin. Bienvenue !"),
           (149, "in", "Parfait, merci.")),
          end="solved", rating=2, comment="Trois jours d’attente, c’est long."),
    Story("buyer", "deletion", "Supprimer mon compte",
          ((7, "in", "Je n’utilise plus le site. Merci de fermer mon compte et d’effacer mes "
                     "données."),)),
    Story("seller", "other", "Fermeture pendant les congés",
          ((210, "in", "Comment suspendre mes annonces deux semaines ?"),
           (188, "out", "« Boutique », puis « Congés » : les annonces reviennent seules.")),
          end="solved"),
)  # fmt: skip
