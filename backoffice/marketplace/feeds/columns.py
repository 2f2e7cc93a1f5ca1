"""What a column means: targets, and the headings by which files name them, French and English."""

import re
from collections.abc import Iterable, Mapping

from backoffice.core.search import fold
from backoffice.core.text import N_

REFERENCE, GTIN, CATEGORY, PRICE, NET_PRICE = "reference", "gtin", "category", "price", "net_price"
ATTRIBUTE = "attribute:"
IGNORED = ""
TARGETS: dict[str, str] = {
    "reference": N_("Reference"),
    "reference_else": N_("Reference where there is no other"),
    "gtin": N_("GTIN"),
    "title": N_("Title"),
    "description": N_("Description"),
    "summary": N_("Summary, where there is no description"),
    "category": N_("Category"),
    "brand": N_("Brand"),
    "price": N_("Price with VAT"),
    "net_price": N_("Price without VAT"),
    "tax_rule": N_("VAT rule of the shop"),
    "currency": N_("Currency"),
    "quantity": N_("Quantity"),
    "availability": N_("Availability, where there is no quantity"),
    "image": N_("Image"),
    "images": N_("Images, with commas between"),
    "features": N_("Characteristics (name:value:position)"),
    "variant_reference": N_("Reference of the variant"),
    "option1_name": N_("Option 1, name"),
    "option1_value": N_("Option 1, value"),
    "option2_name": N_("Option 2, name"),
    "option2_value": N_("Option 2, value"),
    "option3_name": N_("Option 3, name"),
    "option3_value": N_("Option 3, value"),
    "manufacturer_name": N_("Manufacturer, name"),
    "manufacturer_address": N_("Manufacturer, address"),
    "manufacturer_email": N_("Manufacturer, e-mail"),
    "responsible_name": N_("Responsible person in the Union, name"),
    "responsible_address": N_("Responsible person in the Union, address"),
    "responsible_email": N_("Responsible person in the Union, e-mail"),
    "warnings": N_("Warnings"),
}
"""What a column may be for; beside these, `attribute:<code>` is a characteristic."""

_PLAIN = {
    "reference": "external id, id, ref, reference, reference #, sku, handle, url handle, "
                 "reference article, reference produit, product reference, identifiant, "
                 "numero article, code article, item number, offer id, listing id, article",
    "gtin": "gtin, ean, ean13, ean 13, gtin13, gtin 13, gtin14, upc, barcode, code barre, "
            "code barres, code a barres, gencod, variant barcode, ean code, code ean, isbn",
    "title": "title, name, nom, titre, product name, nom du produit, product title, libelle, "
             "designation, intitule, name *, nom *, produit, product",
    "description": "description, body, body html, long description, description longue, "
                   "texte, full description",
    "summary": "summary, short description, description courte, resume, recapitulatif",
    "category": "category, categories, categorie, google product category, product category, "
                "categories x y z, categories x y z..., rayon, famille, product type, type, "
                "type de produit, default category, categorie par defaut",
    "brand": "brand, marque, manufacturer, fabricant, vendor, fournisseur marque",
    "price": "price, prix, prix ttc, price tax included, price tax incl, price incl tax, "
             "variant price, prix de vente, selling price, prix unitaire ttc, price eur, prix eur, "
             "prix public, prix vente ttc, price including vat, prix ttc eur",
    "net_price": "price tax excluded, price tax excl, prix ht, price excl tax, price excluding vat,"
                 " prix hors taxe, prix hors taxes, prix unitaire ht",
    "tax_rule": "tax rules id, id regle de taxes, id regle de taxe, regle de taxes, tax rule",
    "currency": "currency, devise, monnaie, currency code",
    "quantity": "quantity, quantite, qty, qte, stock, inventory, variant inventory qty, "
                "inventory quantity, quantite en stock, stock quantity, quantite disponible",
    "availability": "availability, disponibilite",
    "image": "image, image url, image link, additional image link, image src, photo, photo url, "
             "url image, lien image, product image url, image principale, main image, images, "
             "picture, variant image, variant image url, lien de l image, url de l image, "
             "url photo",
    "images": "image urls x y z, image urls x y z..., url images x y z, images urls, "
              "url des images x y z, image urls",
    "features": "feature name value position, caracteristique nom valeur position, features, "
                "caracteristiques, feature name value position customized",
    "variant_reference": "variant sku, variant reference, reference declinaison",
    "option1_name": "option1 name, option 1 name", "option1_value": "option1 value",
    "option2_name": "option2 name, option 2 name", "option2_value": "option2 value",
    "option3_name": "option3 name, option 3 name", "option3_value": "option3 value",
    "manufacturer_name": "manufacturer name, nom du fabricant, fabricant nom",
    "manufacturer_address": "manufacturer address, adresse du fabricant, fabricant adresse",
    "manufacturer_email": "manufacturer email, email du fabricant, fabricant email, "
                          "manufacturer e mail, e mail du fabricant",
    "responsible_name": "responsible name, nom du responsable, personne responsable, "
                        "responsible person",
    "responsible_address": "responsible address, adresse du responsable",
    "responsible_email": "responsible email, email du responsable, e mail du responsable",
    "warnings": "warnings, avertissements, safety warnings, mises en garde",
}  # fmt: skip
_ATTRIBUTES = {
    "color": "color, colour, couleur, coloris",
    "size": "size, taille, pointure",
    "material": "material, matiere, materiau, composition",
    "pattern": "pattern, motif",
    "gender": "gender, genre, sexe",
    "age_group": "age group, tranche d age",
    "condition": "condition, etat",
    "capacity": "capacity, contenance, capacite",
    "weight": "weight, poids, shipping weight",
    "width": "width, largeur",
    "height": "height, hauteur",
    "depth": "depth, profondeur",
    "power": "power, puissance",
    "author": "author, auteur",
    "language": "language, langue",
    "ingredients": "ingredients, ingredient",
}
_BY_FORMAT: dict[str, dict[str, str]] = {
    # In a Shopify export `Handle` names the product and the SKU a variant of it.
    "shopify": {"sku": "variant_reference", "type": "category", "status": IGNORED,
                "variant grams": IGNORED, "condition": IGNORED},
    # PrestaShop leaves sizes that were never filled in at 0: they say nothing of the product.
    "prestashop": {"product id": "reference_else", "id produit": "reference_else",
                   "id": "reference_else", "width": IGNORED, "height": IGNORED, "depth": IGNORED,
                   "weight": IGNORED, "largeur": IGNORED, "hauteur": IGNORED,
                   "profondeur": IGNORED, "poids": IGNORED, "upc": IGNORED, "condition": IGNORED,
                   "etat": IGNORED, "image": IGNORED},
}  # fmt: skip
_NAMES = {name: target for target, names in _PLAIN.items() for name in names.split(", ")}
_CODES = {name: code for code, names in _ATTRIBUTES.items() for name in names.split(", ")}
_MARK = re.compile(r"(?:attributes?|attribut|caracteristique|characteristic)\s*[:._]\s*(.+)", re.I)
_NUMBERED = re.compile(r"(image|photo|picture|url image|image url|additional image link) \d{1,2}")
_COPY = re.compile(r" \(\d+\)$")

ERROR_HEADERS = (
    N_("Import: line"), N_("Import: column"), N_("Import: value"), N_("Import: reason"),
)  # fmt: skip
"""What an error file has beside the columns that were sent; its first word tells it apart."""
ERROR_MARK = "import "


def heading(raw: str) -> str:
    """Return a heading as it is sought: folded, without prefix, marks and counters."""
    plain = fold(_COPY.sub("", raw)).strip().removeprefix("g:").removeprefix("product.metafields.")
    return " ".join(re.sub(r"[^0-9a-z#*]+", " ", plain).split()).removesuffix(" *")


def is_error_file(headers: Iterable[str]) -> bool:
    """Tell whether this is one of our error files, corrected."""
    return sum(heading(one).startswith(ERROR_MARK) for one in headers) >= len(ERROR_HEADERS)


def target_of(raw: str, format_: str) -> str:
    """Return what a column of this heading is for; an empty string where it says nothing to us."""
    if marked := _MARK.fullmatch(_COPY.sub("", raw).strip()):
        code = code_of(marked[1])
        return ATTRIBUTE + code if code else IGNORED
    name = heading(raw)
    own = _BY_FORMAT.get(format_, {})
    if name in own:
        return own[name]
    if _NUMBERED.fullmatch(name):
        return "image"
    if name in _NAMES:
        return _NAMES[name]
    return ATTRIBUTE + _CODES[name] if name in _CODES else IGNORED


def code_of(name: str) -> str:
    """Return the code of a characteristic by the name that a file gives it."""
    words = re.sub(r"[^0-9a-z]+", " ", fold(name)).strip()
    code = _CODES.get(words, words.replace(" ", "_"))[:50]
    return code if re.fullmatch("[a-z][a-z0-9_]*", code) else ""


def guess(headers: Iterable[str], format_: str) -> dict[str, str]:
    """Return the target of every heading; of a target that holds once, the first has it."""
    mapping: dict[str, str] = {}
    for raw in headers:
        target = target_of(raw, format_)
        is_taken = target in mapping.values() and target not in REPEATABLE
        mapping[raw] = IGNORED if is_taken else target
    return mapping


def missing(mapping: Mapping[str, str]) -> list[str]:
    """Return the targets without which no row can be a listing."""
    held = set(mapping.values())
    return [
        wanted[0] for wanted in REQUIRED if not held.intersection(wanted)
    ]  # fmt: skip


REPEATABLE = frozenset({"image", "images", "category", IGNORED})
REQUIRED = (
    ("reference", "reference_else", "gtin"),
    ("title",),
    ("category",),
    ("price", "net_price"),
    ("quantity", "availability"),
)
"""Targets of which a file must have one each."""


def is_target(value: str) -> bool:
    """Tell whether a column may be said to mean this."""
    is_own = value.startswith(ATTRIBUTE) and code_of(value.removeprefix(ATTRIBUTE)) != ""
    return value == IGNORED or value in TARGETS or is_own
