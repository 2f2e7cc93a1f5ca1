"""PrestaShop's and Shopify's layouts, as their documentation shows them; the rows are ours."""

PRESTASHOP = """\
Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules ID;\
Wholesale price;On sale (0/1);Discount amount;Discount percent;Discount from (yyyy-mm-dd);\
Discount to (yyyy-mm-dd);Reference #;Supplier reference #;Supplier;Manufacturer;EAN13;UPC;MPN;\
Ecotax;Width;Height;Depth;Weight;Quantity;Minimal quantity;Visibility;Additional shipping cost;\
Unity;Unit price;Summary;Description;Tags (x,y,z...);Meta title;Meta keywords;Meta description;\
URL rewritten;Text when in stock;Text when backorder allowed;Available for order (0 = No, 1 = Yes);\
Product available date;Product creation date;Show price (0 = No, 1 = Yes);Image URLs (x,y,z...);\
Image alt texts (x,y,z...);Delete existing images (0 = No, 1 = Yes);\
Feature(Name:Value:Position);Available online only (0 = No, 1 = Yes);Condition
"""


def prestashop_row(number, reference, rule="1"):
    """Return a row of the sample, blank where it does not matter."""
    said = {
        "Product ID": number,
        "Active (0/1)": 1,
        "Name *": f"T-shirt {number}",
        "Categories (x,y,z...)": "Accueil,Hauts",
        "Price tax excluded": "8.250000",
        "Tax rules ID": rule,
        "Reference #": reference,
        "Manufacturer": "Tisserand",
        "EAN13": "3760274111907",
        "Width": 0,
        "Quantity": 12,
        "Summary": "<p>Court</p>",
        "Description": "<p>Un <b>t-shirt</b>.</p>",
        "Image URLs (x,y,z...)": "https://shop.example/1.jpg,https://shop.example/2.jpg",
        "Feature(Name:Value:Position)": "Couleur:bleu nuit:1,Matière:coton:2",
    }
    return ";".join(str(said.get(name, "")) for name in PRESTASHOP.strip().split(";")) + "\n"


def test_prestashop_needs_no_mapping(read):
    content = PRESTASHOP + prestashop_row(1, "demo_1") + prestashop_row(2, "", rule="3")
    found = read(content + prestashop_row(3, "demo_3", rule="9"), "products_import.csv")
    assert found.dialect.format == "prestashop"
    first, second = found.forms
    assert (first.external_id, first.title, first.category) == ("demo_1", "T-shirt 1", "mode/hauts")
    assert (first.price_minor, first.quantity, first.brand) == (990, 12, "Tisserand")
    assert first.attributes == {"color": "bleu nuit", "material": "coton"}
    assert first.description == "Un t-shirt."
    assert len(first.images) == 2
    assert (second.external_id, second.price_minor) == ("2", 870)
    ((line, column, said),) = found.said
    assert (line, column) == (4, "Price tax excluded")
    assert "Which VAT" in said


def test_prestashop_in_french(read):
    content = (
        "ID produit;Actif (0/1);Nom *;Catégories (x,y,z...);Prix TTC;ID règle de taxes;Référence;"
        "EAN13;Quantité;URL images (x,y,z...);Caractéristique (Nom:Valeur:Position)\n"
        "7;1;Pull;Accueil,Mode,Hauts;39,90;1;pull-7;3760274111907;4;https://x.example/a.jpg;\n"
    )
    found = read(content)
    (form,) = found.forms
    assert (found.dialect.format, form.external_id) == ("prestashop", "pull-7")
    assert (form.price_minor, form.category) == (3990, "mode/hauts")


SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,\
Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,\
Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,Status
pull-marin,Pull marin,"<p>Tricoté à <strong>Quimper</strong>.</p>",Maille,\
Apparel & Accessories > Clothing > Shirts & Tops,Pulls,laine,TRUE,Color,bleu,Size,M,,,PM-B-M,400,\
shopify,3,deny,manual,89.00,,TRUE,TRUE,'3760274111907,https://x.example/1.jpg,1,,FALSE,active
pull-marin,,,,,,,,,bleu,,L,,,PM-B-L,400,shopify,2,deny,manual,92.00,,TRUE,TRUE,,\
https://x.example/2.jpg,2,,,
pull-marin,,,,,,,,,,,,,,,,,,,,,,,,,https://x.example/3.jpg,3,,,
bonnet,Bonnet,,Maille,Mode > Hauts,,,TRUE,Title,Default Title,,,,,BN-1,80,shopify,7,deny,manual,\
24.50,,TRUE,TRUE,,https://x.example/4.jpg,1,,FALSE,active
sans-prix,Écharpe,,Maille,Mode > Hauts,,,TRUE,Title,Default Title,,,,,E-1,80,shopify,7,deny,\
manual,,,TRUE,TRUE,,,1,,FALSE,active
"""


def test_shopify_needs_no_mapping(read):
    found = read(SHOPIFY, "products_export.csv")
    assert found.dialect.format == "shopify"
    pull, hat = found.forms
    assert (pull.external_id, pull.title, pull.category) == (
        "pull-marin", "Pull marin", "mode/hauts")  # fmt: skip
    assert pull.description == "Tricoté à Quimper."
    assert (pull.price_minor, pull.quantity, len(pull.images)) == (8900, 5, 3)
    assert [one.reference for one in pull.variants] == ["PM-B-M", "PM-B-L"]
    assert pull.variants[0].gtin == "3760274111907"
    assert pull.variants[1].options == {"color": "bleu", "size": "L"}
    assert pull.variants[1].price_minor == 9200
    assert (hat.external_id, hat.price_minor, hat.quantity) == ("bonnet", 2450, 7)
    assert hat.variants == []
    assert found.said == [(6, "Variant Price", "This field is required.")]


def test_shopify_with_its_newer_headings(read):
    content = (
        "Title,URL handle,Description,Vendor,Product category,Type,Status,SKU,Barcode,Option1 name,"
        "Option1 value,Price,Inventory quantity,Product image URL\n"
        "Pull,pull,Chaud,Maille,Mode > Hauts,,Active,P-S,,Size,S,50.00,1,https://x.example/1.jpg\n"
        ",pull,,,,,,P-M,,,M,50.00,2,\n"
    )
    (form,) = read(content).forms
    assert (form.external_id, form.quantity, len(form.variants)) == ("pull", 3, 2)


def test_a_product_of_too_many_rows_is_cut_off(read):
    row = "pull-marin," + ",".join([""] * 24) + ",https://x.example/{}.jpg,1,,,\n"
    many = SHOPIFY.splitlines(keepends=True)
    content = "".join(many[:2]) + "".join(row.format(n) for n in range(700))
    found = read(content)
    assert len(found.forms) == 1
    assert "at most 600 rows" in found.said[0][2]
