"""What a machine can say of a listing before a person looks: each check with its proof.

`load_facts` asks the database once for many revisions, flushed or not; `examine` then says of each
what every check found, without SQL; `listing_checks` are the same for the queue, one by one.
`facts["fields"]` of a finding names columns of a revision, `price`, `attributes.<code>`,
`safety.manufacturer` or `safety.responsible`.
"""

from backoffice.marketplace.listing_checks.examine import LOOKS, examine
from backoffice.marketplace.listing_checks.facts import Facts, Offer
from backoffice.marketplace.listing_checks.load import load_facts
from backoffice.marketplace.listing_checks.run import listing_checks, offer_of

__all__ = ["LOOKS", "Facts", "Offer", "examine", "listing_checks", "load_facts", "offer_of"]
