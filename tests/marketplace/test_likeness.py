"""Names, addresses and people: what is the same, close, different, unknown."""

import pytest

from backoffice.marketplace.addresses import compare_addresses
from backoffice.marketplace.company_names import compare_names
from backoffice.marketplace.company_register import Company
from backoffice.marketplace.likeness import Verdict
from backoffice.marketplace.representative import find_representative


@pytest.mark.parametrize(
    ("declared", "registered", "verdict"),
    [
        ("Électricité de France SA", "ELECTRICITE DE FRANCE (EDF)", Verdict.SAME),
        ("E.D.F.", "ELECTRICITE DE FRANCE (EDF)", Verdict.SAME),
        ("L’Oréal", "L'OREAL", Verdict.SAME),
        ("LOREAL", "L'OREAL", Verdict.SAME),
        ("Queffélec Jeanne", "JEANNE QUEFFELEC", Verdict.SAME),
        ("متجر", "متجر", Verdict.SAME),
        ("Atelier Brumair", "ATELIER BRUMAIRE", Verdict.CLOSE),
        ("Brumaire", "ATELIER BRUMAIRE", Verdict.CLOSE),
        ("Papeterie Montaigu", "ATELIER BRUMAIRE", Verdict.DIFFERENT),
        ("SARL", "SAS", Verdict.DIFFERENT),
        ("متجر", "ORANGE", Verdict.DIFFERENT),
    ],
)
def test_company_names(declared, registered, verdict):
    assert compare_names(declared, [registered]).verdict == verdict


def test_best_of_several_names_is_told():
    found = compare_names("Brumaire Céramique", ["ATELIER BRUMAIRE", "BRUMAIRE CERAMIQUE"])
    assert (found.verdict, found.registered) == (Verdict.SAME, "BRUMAIRE CERAMIQUE")


def test_hidden_name_is_unknown():
    assert compare_names("Atelier Brumaire", []).verdict == Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("line", "postal_code", "registered", "registered_postal_code", "verdict"),
    [
        ("9 r. du Col. Pierre Avia", "75015", "DIRECTION GENERALE 9 RUE DU COLONEL PIERRE AVIA "
         "75015 PARIS 15", "75015", Verdict.SAME),
        ("22-30, avenue de Wagram", "75008", "22 AVENUE DE WAGRAM 75008 PARIS", "75008",
         Verdict.SAME),
        ("12 bis bd Voltaire", "75011", "12B BOULEVARD VOLTAIRE 75011 PARIS", "75011",
         Verdict.SAME),
        ("122-122bis av. du Général Leclerc", "92100", "122 AVENUE DU GAL LECLERC 92100 BOULOGNE",
         "92100", Verdict.SAME),
        ("Bâtiment C, 5 rue de la Paix", "75002", "5 RUE DE LA PAIX 75002 PARIS", "75002",
         Verdict.SAME),
        ("Le Portereau", "44120", "LIEU DIT LE PORTEREAU 44120 VERTOU", "44120",
         Verdict.SAME),
        ("12 rue des Potiers", "44000", "14 RUE DES POTIERS 44000 NANTES", "44000", Verdict.CLOSE),
        ("12 boulevard Voltaire", "75011", "12 BIS BOULEVARD VOLTAIRE 75011 PARIS", "75011",
         Verdict.CLOSE),
        ("3 Le Bourg", "56000", "LE BOURG 56000 VANNES", "56000", Verdict.CLOSE),
        ("22 av Wagram", "75017", "22 AVENUE DE WAGRAM 75008 PARIS", "75008", Verdict.CLOSE),
        ("rue de la Paix", "75002", "1 RUE LAFAYETTE 75009 PARIS", "75009", Verdict.DIFFERENT),
        ("12 rue des Potiers", "44000", None, "44000", Verdict.UNKNOWN),
    ],
)  # fmt: skip
def test_addresses(line, postal_code, registered, registered_postal_code, verdict):
    found = compare_addresses(line, postal_code, registered, registered_postal_code)
    assert found.verdict == verdict


def company(*officers, **more):
    return Company.model_validate(
        {"siren": "356000000", "etat_administratif": "A", "dirigeants": officers, **more}
    )


def person(last_name, first_names, born=None):
    return {
        "type_dirigeant": "personne physique",
        "nom": last_name,
        "prenoms": first_names,
        "date_de_naissance": born,
        "qualite": "Gérant",
    }


@pytest.mark.parametrize(
    ("first_name", "last_name", "officer", "verdict"),
    [
        ("Jeanne", "Queffélec", person("QUEFFELEC", "JEANNE MARIE"), Verdict.SAME),
        ("Queffélec", "Jeanne", person("QUEFFELEC", "JEANNE, MARIE"), Verdict.SAME),
        ("Yann", "Lebihan", person("LE BIHAN", "YANN"), Verdict.SAME),
        ("Jean-Pierre", "Dupont", person("DUPONT", "JEAN PIERRE"), Verdict.SAME),
        ("Marie", "Dupont-Martin", person("DUPONT", "MARIE"), Verdict.CLOSE),
        ("Marie", "Martin", person("DUPONT (MARTIN)", "MARIE"), Verdict.CLOSE),
        ("Jeanne", "Quefelec", person("QUEFFELEC", "JEANNE"), Verdict.CLOSE),
        ("Paul", "Dupont", person("DUPONT", "MARIE"), Verdict.DIFFERENT),
        ("Jeanne", "Queffélec", person("LE BIHAN", "YANN"), Verdict.DIFFERENT),
    ],
)
def test_representative(first_name, last_name, officer, verdict):
    assert find_representative(first_name, last_name, company(officer)).verdict == verdict


def test_another_birth_date_is_close_at_best():
    registered = company(person("DUPONT", "MARIE", "1970-01"))
    assert find_representative("Marie", "Dupont", registered, "1970-01").verdict == Verdict.SAME
    found = find_representative("Marie", "Dupont", registered, "1988-02")
    assert found.verdict == Verdict.CLOSE
    assert found.detail.values["registered"] == "1970-01"


def test_absent_representative_is_told_who_the_officers_are():
    registered = company(person("LE BIHAN", "YANN"), person("DUPONT", "MARIE"))
    found = find_representative("Jeanne", "Queffélec", registered)
    assert found.registered == "YANN LE BIHAN, Gérant; MARIE DUPONT, Gérant"


def test_auditors_alone_do_not_show_who_runs_the_company():
    auditor = {"type_dirigeant": "personne morale", "denomination": "AUDIT", "siren": "356000000"}
    assert find_representative("A", "B", company(auditor)).verdict == Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("first_name", "verdict"),
    [("Élise", Verdict.SAME), ("Elyse", Verdict.CLOSE), ("Paul", Verdict.DIFFERENT)],
)
def test_sole_trader_is_the_company_itself(first_name, verdict):
    trader = company(
        nom_complet="ELISE MARCHADIER (MARCHADIER RELIURE)",
        complements={"est_entrepreneur_individuel": True},
    )
    assert find_representative(first_name, "Marchadier", trader).verdict == verdict
