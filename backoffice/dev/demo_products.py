"""What the demo's sellers offer: bodies as the marketplace sends them."""

from collections.abc import Iterator
from typing import Any

from stdnum import ean

CUTLER, HARDWARE, GLOVER, CLOCKMAKER = "demo-100", "demo-101", "demo-103", "demo-104"
KNIVES = (
    "de chef, 20 cm",
    "d’office, 9 cm",
    "à pain, 22 cm",
    "santoku, 18 cm",
    "à filet, 17 cm",
    "à désosser, 14 cm",
    "à fromage, 13 cm",
    "à tomate, 12 cm",
    "à jambon, 26 cm",
    "bec d’oiseau, 7 cm",
)
COLOURS = (
    "bleu",
    "blanc",
    "vert olive",
    "ocre",
    "rose",
    "ardoise",
    "turquoise",
    "sable",
    "noir",
    "rouge",
)
KETTLES = (
    "Bouilloire col de cygne",
    "Bouilloire sifflante",
    "Bouilloire ronde",
    "Petite bouilloire",
)
VASES = ("Soliflore", "Vase conique", "Grand vase", "Vase de table")
TOWELS = ("Drap de bain", "Serviette", "Tapis de bain", "Gant de toilette")
CLOCKS = ("Pendule", "Horloge murale", "Réveil à aiguilles", "Horloge de gare", "Pendulette")
GLOVES = ("Gants fourrés", "Mitaines", "Gants de conduite", "Moufles", "Gants longs")

MAKER = {
    "manufacturer": {
        "name": "Manufacture du Littoral (exemple)",
        "address": "12 rue des Ateliers, 17000 La Rochelle",
        "email": "securite@littoral.example.com",
    }
}


def gtin(number: int, *, is_wrong: bool = False) -> str:
    """Return a GTIN-13 of the French range; one with a wrong check digit if asked."""
    digits = f"376999{number:06d}"
    check = int(ean.calc_check_digit(digits))
    return f"{digits}{(check + is_wrong) % 10}"


def product(
    seller: str, number: int, title: str, category: str, price_minor: int, picture: str,
    attributes: dict[str, str], **changes: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return the body of one listing; its picture is a name of the sandbox's image server."""
    body = {
        "external_id": f"art-{number}",
        "seller": seller,
        "gtin": gtin(number),
        "title": title,
        "description": f"{title}. Fabriqué en petite série, contrôlé à la main avant l’envoi.",
        "category": category,
        "price_minor": price_minor,
        "currency": "EUR",
        "quantity": 3 + number % 40,
        "images": [picture],
        "attributes": attributes,
        "variants": [],
        "safety": MAKER,
    }
    return body | changes


def table_ware() -> list[dict[str, Any]]:
    """Return the forty listings of one seller's submission; every fourth or so has a flaw."""
    bodies = [*_knives(), *_stoneware()]
    for place, change in _flaws().items():
        bodies[place] |= change
    return bodies


def _knives() -> Iterator[dict[str, Any]]:
    for number, name in enumerate(KNIVES, 1000):
        for handle, more in (("olivier", 0), ("hêtre", 10)):
            yield product(
                CUTLER, number + more, f"Couteau {name}, manche en {handle}",
                "maison/cuisine/couteaux", 2900 + 137 * (number % 10), f"knife-{number + more}",
                {"material": f"acier inoxydable, {handle}", "dimensions": name.rpartition(", ")[2]},
            )  # fmt: skip


def _stoneware() -> Iterator[dict[str, Any]]:
    for number, colour in enumerate(COLOURS, 1020):
        sizes = [
            {"reference": size, "options": {"capacity": capacity}, "gtin": gtin(number * 10 + end)}
            for end, (size, capacity) in enumerate((("petit", "30 cl"), ("grand", "60 cl")))
        ]
        yield product(
            CUTLER, number, f"Bol en grès {colour}", "maison/cuisine/vaisselle", 1950,
            f"bowl-{number}", {"material": "grès", "capacity": "60 cl"}, variants=sizes,
        )  # fmt: skip
        yield product(
            CUTLER, number + 10, f"Tasse émaillée {colour}", "maison/cuisine/vaisselle", 1250,
            f"mug-{number}", {"material": "acier émaillé", "capacity": "35 cl"},
        )  # fmt: skip


def _flaws() -> dict[int, dict[str, Any]]:
    """Return what is wrong, by place: each is what one of the checks looks for."""
    return {
        3: {"gtin": gtin(1011, is_wrong=True)},
        7: {"description": "Lame forgée. Frais de port en sus : 4,90 € à régler au livreur."},
        11: {"attributes": {}},
        15: {"safety": {}},
        19: {"title": "Couteau Kervanec d’office, 9 cm, manche en hêtre"},
        23: {"images": []},
        27: {"images": ["absent-1"]},
        31: {"images": ["kettle-2000"]},  # another seller's own picture
        35: {"gtin": gtin(2000), "price_minor": 290},  # far below that seller's price
    }


def hardware() -> list[dict[str, Any]]:
    """Return what the hardware dealer offers: kettles, vases, towels."""
    kettle = {"capacity": "1 L", "material": "acier inoxydable"}
    towel = {"composition": "coton 100 %", "dimensions": "70 × 140 cm"}
    bodies = []
    for place in range(4):
        bodies += [
            product(HARDWARE, 2000 + place, f"{KETTLES[place]}, 1 L",
                    "maison/cuisine/bouilloires/a-feu", 5900 + 300 * place,
                    f"kettle-{2000 + place}", kettle),
            product(HARDWARE, 2010 + place, f"{VASES[place]} en verre soufflé",
                    "maison/decoration/vases", 3400 + 250 * place, f"vase-{2010 + place}",
                    {"material": "verre"}),
            product(HARDWARE, 2020 + place, f"{TOWELS[place]} en coton bouclé",
                    "maison/linge/bain", 1800 + 200 * place, f"textile-{2020 + place}", towel),
        ]  # fmt: skip
    return bodies


def clocks() -> list[dict[str, Any]]:
    """Return what the clockmaker offers, twice over in two finishes."""
    return [
        product(CLOCKMAKER, 3000 + place + more, f"{name} en {finish}", "maison/decoration",
                7900 + 450 * place, f"clock-{3000 + place + more}", {"material": finish})
        for more, finish in ((0, "laiton"), (10, "chêne"))
        for place, name in enumerate(CLOCKS)
    ]  # fmt: skip


def gloves() -> list[dict[str, Any]]:
    """Return what the glover offers."""
    return [
        product(GLOVER, 4000 + place, f"{name} en laine", "mode/accessoires", 2900 + 350 * place,
                f"textile-{4000 + place}", {"color": COLOURS[place], "composition": "laine 100 %"})
        for place, name in enumerate(GLOVES)
    ]  # fmt: skip
