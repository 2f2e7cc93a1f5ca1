"""Where an address written on one line lies: in the Union, as far as its words say.

Norway, Iceland and Liechtenstein apply Reg. (EU) 2023/988 too (EEA Agreement), and so does
Northern Ireland (Windsor Framework). An address that names no country is taken for one inside.
"""

from backoffice.marketplace.likeness import tokens

_INSIDE = """
northern ireland; irlande du nord; londonderry
"""
_OUTSIDE = """
china; chine; republique populaire de chine; rp chine; pr china; prc; people s republic of china;
hong kong; hongkong; macao; macau; taiwan; taïwan; japan; japon; korea; coree; coree du sud; south
korea; india; inde; pakistan; bangladesh;
vietnam; viet nam; thailand; thailande; indonesia; indonesie; malaysia; malaisie; singapore;
singapour; philippines; cambodia; cambodge; sri lanka; nepal; myanmar; laos; mongolia; mongolie;
united kingdom; royaume uni; great britain; grande bretagne; england; angleterre; scotland; ecosse;
wales; uk; gb; switzerland; suisse; schweiz; svizzera; turkey; turquie; turkiye; turkei; russia;
russie; ukraine; belarus; bielorussie; moldova; moldavie; serbia; serbie; bosnia; bosnie; albania;
albanie; montenegro; north macedonia; macedoine du nord; kosovo; andorra; andorre;
united states; etats unis; usa; u s a; canada; mexico; mexique; brazil; bresil; brasil; argentina;
argentine; chile; chili; colombia; colombie; peru; perou; australia; australie; new zealand;
nouvelle zelande; south africa; afrique du sud; morocco; maroc; tunisia; tunisie; algeria; algerie;
egypt; egypte; senegal; cote d ivoire; nigeria; kenya; ethiopia; ethiopie; madagascar; mauritius;
ile maurice; israel; lebanon; liban; jordan; jordanie; saudi arabia; arabie saoudite; qatar; kuwait;
koweit; united arab emirates; emirats arabes unis; uae; dubai; iran; iraq; irak; afghanistan;
kazakhstan; uzbekistan; ouzbekistan; georgia; georgie; armenia; armenie; azerbaijan; azerbaidjan;
nouvelle caledonie; polynesie francaise; guangdong; guangzhou; shenzhen; dongguan; foshan; zhejiang;
yiwu; ningbo; hangzhou; shanghai; beijing; pekin; fujian; xiamen; quanzhou; jiangsu; suzhou;
shandong; qingdao; london; londres; zurich; geneve; istanbul; tokyo; osaka; seoul; shantou;
zhongshan; chenghai; kowloon; tsuen wan
"""
_SMALL = frozenset({"de", "du", "des", "la", "le", "les", "d", "l", "rue", "avenue", "quai",
                    "place", "boulevard", "cours", "square", "via", "road", "street", "av", "bd",
                    "passage", "impasse", "allee", "faubourg", "hotel"})  # fmt: skip


def _names(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words for name in listed.split(";") if (words := tuple(tokens(name))))


OUTSIDE, INSIDE = _names(_OUTSIDE), _names(_INSIDE)
_LONGEST = max(map(len, OUTSIDE))


def outside_union(address: str) -> str | None:
    """Return the words of an address that place it outside the Union; None where none does."""
    words = tokens(address)
    if _find(words, INSIDE):
        return None
    return _find(words, OUTSIDE)


def _find(words: list[str], names: frozenset[tuple[str, ...]]) -> str | None:
    """Return the last of these names that is no street's: “12 rue de Londres” is in France."""
    for first in reversed(range(len(words))):
        for count in range(_LONGEST, 0, -1):
            if tuple(words[first : first + count]) in names and not _is_street(words, first):
                return " ".join(words[first : first + count])
    return None


def _is_street(words: list[str], first: int) -> bool:
    return bool(first) and words[first - 1] in _SMALL
