"""Invented sellers for the demo: what each declares of itself."""

from dataclasses import dataclass

from stdnum import iban as stdnum_iban
from stdnum import luhn

from backoffice.core.search import words
from backoffice.marketplace.identifiers import vat_number_of

# In what state the sandbox has a seller's Stripe account; without an end all is well.
STRIPE_ENDS = {3: "Due", 5: "Past", 8: "Later", 10: "Off", 12: "Gone"}


def invented_siren(number: int) -> str:
    """Return a valid SIREN of the range 999, not given to anybody yet; one for each number."""
    start = f"999{number:05}"
    return start + luhn.calc_check_digit(start)


def siret_of(siren: str, sequence: int = 1) -> str:
    """Return the SIRET of a company's first, second… establishment."""
    start = f"{siren}{sequence:04}"
    return start + luhn.calc_check_digit(start)


@dataclass(frozen=True)
class DemoCompany:
    """A seller as it registers; where `registered_…` is set, the register says otherwise.

    Telephone numbers are of the range kept for fiction, mail and web addresses of example.com,
    accounts of a bank (99999) that does not exist.
    """

    number: int  # makes every identifier
    legal_name: str
    trade_name: str
    legal_form: str
    line1: str
    postal_code: str
    city: str
    first_name: str
    last_name: str
    birth_date: str
    role: str
    plan: str
    register_town: str
    activity: str = "47.91B"
    registered_line1: str = ""
    registered_officer: tuple[str, str, str] = ("", "", "")  # last name, first names, birth date

    @property
    def siren(self) -> str:
        """Return the company's number."""
        return invented_siren(self.number)

    @property
    def siret(self) -> str:
        """Return the head office's number."""
        return siret_of(self.siren)

    @property
    def vat_number(self) -> str:
        """Return the VAT number."""
        return vat_number_of(self.siren)

    @property
    def register_number(self) -> str:
        """Return the number as a company extract prints it."""
        siren = self.siren
        return f"{siren[:3]} {siren[3:6]} {siren[6:]} R.C.S. {self.register_town}"

    @property
    def phone(self) -> str:
        """Return a mobile number that rings nowhere."""
        return f"+336399{80000 + self.number % 10000:05}"

    @property
    def iban(self) -> str:
        """Return a valid IBAN of no bank."""
        account = f"999990000100000{self.number:06}85"
        return f"FR{stdnum_iban.calc_check_digits(f'FR00{account}')}{account}"

    @property
    def stripe_account(self) -> str:
        """Return the account at Stripe; its end says in which state the sandbox has it."""
        return f"acct_1Demo{self.number:04}{STRIPE_ENDS.get(self.number, '')}"

    @property
    def website(self) -> str:
        """Return the shop's own address."""
        return f"https://{'-'.join(words(self.trade_name))}.example.com"

    @property
    def email(self) -> str:
        """Return the representative's address."""
        first, last = ("-".join(words(name)) for name in (self.first_name, self.last_name))
        return f"{first}.{last}@example.com"

    @property
    def contact_email(self) -> str:
        """Return the shop's address."""
        return f"contact@{'-'.join(words(self.trade_name))}.example.com"


DEMO_COMPANIES = (
    DemoCompany(
        1, "Atelier Brumaire", "Brumaire Céramique", "5498", "12 rue des Potiers", "44000",
        "Nantes", "Jeanne", "Queffélec", "1988-02-09", "Gérant", "pro", "Nantes",
        registered_line1="14 rue des Potiers",
        registered_officer=("Le Bihan", "Yann", "1971-10-03"),
    ),
    DemoCompany(
        2, "Maison Lavaldière", "Lavaldière Linge", "5710", "27 rue de la Charité", "69002",
        "Lyon", "Hélène", "Lavaldière", "1979-06-21", "Président de SAS", "premium", "Lyon",
    ),
    DemoCompany(
        3, "Les Ruchers du Vercors", "Ruchers du Vercors", "5499", "8 avenue du Vercors", "38170",
        "Seyssinet-Pariset", "Marc", "Arnoux", "1984-11-30", "Gérant", "essentiel", "Grenoble",
    ),
    DemoCompany(
        4, "Papeterie Montaigu", "Montaigu", "5710", "3 place Plumereau", "37000", "Tours",
        "Claire", "Besnard", "1991-01-17", "Président de SAS", "pro", "Tours",
    ),
    DemoCompany(
        5, "Savonnerie des Calanques", "Les Calanques", "5499", "41 boulevard Michelet", "13008",
        "Marseille", "Karim", "Belkacem", "1976-08-05", "Gérant", "pro", "Marseille",
    ),
    DemoCompany(
        6, "Cycles Fontenay", "Fontenay", "5710", "19 quai Duguay Trouin", "35000", "Rennes",
        "Gwenaëlle", "Le Goff", "1986-03-12", "Président de SAS", "premium", "Rennes",
        registered_officer=("Le Goff", "Gwenaelle Anne", "1986-03-12"),
    ),
    DemoCompany(
        7, "Élise Marchadier", "Marchadier Reliure", "1000", "5 rue Verrerie", "21000", "Dijon",
        "Élise", "Marchadier", "1993-09-02", "Entrepreneur individuel", "essentiel", "Dijon",
    ),
    DemoCompany(
        8, "Torréfaction Belle-Étoile", "Belle-Étoile", "5710", "66 cours Victor Hugo", "33000",
        "Bordeaux", "Thomas", "Iribarne", "1982-12-19", "Président de SAS", "pro", "Bordeaux",
    ),
    DemoCompany(
        9, "Librairie Tournemine", "Tournemine", "5202", "10 rue Saint-Guillaume", "22000",
        "Saint-Brieuc", "Anne", "Tournemine-Roche", "1969-04-08", "Gérant", "essentiel",
        "Saint-Brieuc", registered_officer=("Tournemine", "Anne", "1969-04-08"),
    ),
    DemoCompany(
        10, "Faïences de Kerlaz", "Kerlaz", "5499", "2 rue du Steir", "29000", "Quimper",
        "Ronan", "Cariou", "1974-07-27", "Gérant", "essentiel", "Quimper",
        registered_line1="2 rue du Frout",
    ),
    DemoCompany(
        11, "Jouets Castelnau", "Castelnau", "5710", "15 allée Jean Jaurès", "31000", "Toulouse",
        "Inès", "Ferrand", "1989-10-14", "Président de SAS", "premium", "Toulouse",
    ),
    DemoCompany(
        12, "Outillage Vasseur et Fils", "Vasseur", "5499", "88 rue Nationale", "59800", "Lille",
        "Jean-Pierre", "Vasseur", "1963-05-25", "Gérant", "pro", "Lille Métropole",
        registered_officer=("Vasseur", "Jean Pierre Marie", "1963-05-25"),
    ),
)  # fmt: skip
