//! Words that tell what an operation was for, in the labels of French and English statements.
//!
//! A rule is a list of words or phrases in the form of [`normalised`](super::normalised) labels. A
//! word fits whole words; with a star, all that begins so. The first rule that fits wins, so what
//! is certain stands before what is likely, and a brand before the kind of payment. The word is
//! shown to the owner as the reason.

use std::collections::HashMap;
use std::sync::LazyLock;

/// For which operations a rule is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Any,
    In,
    Out,
}

struct Rule {
    id: &'static str,
    when: When,
    words: &'static str,
}

const fn any(id: &'static str, words: &'static str) -> Rule {
    Rule { id, when: When::Any, words }
}

const fn paid(id: &'static str, words: &'static str) -> Rule {
    Rule { id, when: When::Out, words }
}

const fn got(id: &'static str, words: &'static str) -> Rule {
    Rule { id, when: When::In, words }
}

const RULES: &[Rule] = &[
    // Money that only changes its place.
    any(
        "600110",
        "VIREMENT INTERNE|VIR INTERNE|VIR COMPTE A COMPTE|VIREMENT ENTRE COMPTES|\
         INTERNAL TRANSFER|TRANSFER TO SAVINGS|TRANSFER FROM SAVINGS|ONLINE TRANSFER TO|\
         ONLINE TRANSFER FROM",
    ),
    any("600170", "EPARGNE|LIVRET A|LIVRET|LDDS|LDD|PEL|SAVINGS|ASSURANCE VIE|PEA"),
    any("600120", "DEBIT DIFFERE|DEPENSES CARTE|RELEVE CARTE|CREDIT CARD PAYMENT|CARD SETTLEMENT"),
    // Cash, cheques, fees.
    any(
        "300",
        "RETRAIT DAB|RETRAIT|RET DAB|DAB|ATM|CASH WITHDRAWAL|WITHDRAWAL|DISTRIBUTEUR|\
         VERSEMENT ESPECES|CASH DEPOSIT",
    ),
    any("200", "CHEQUE*|CHQ|CHECK NO|CHECK PAID|CHECK DEPOSIT"),
    any(
        "400340",
        "FRAIS BANCAIRES|FRAIS SUR*|FRAIS CARTE|FRAIS DE GESTION|FRAIS TENUE*|\
         COTISATION CARTE|COTIS CARTE|COTISATION CB|COMMISSION*|AGIOS|TENUE DE COMPTE|\
         BANK FEE*|SERVICE CHARGE|MONTHLY FEE|OVERDRAFT FEE|FOREIGN TRANSACTION FEE|\
         ANNUAL FEE|INTERETS DEBITEURS|DEBIT INTEREST",
    ),
    // Income.
    got("200110", "SALAIRE*|SALARY|PAYROLL|PAIE|PAYE|REMUNERATION|WAGES|TRAITEMENT|DIRECT DEP"),
    got(
        "200120",
        "POLE EMPLOI|FRANCE TRAVAIL|INDEMNITE*|UNEMPLOYMENT|JOBSEEKER*|STATUTORY SICK PAY",
    ),
    got(
        "200160",
        "CAF|ALLOCATION*|APL|CHILD BENEFIT|HOUSING BENEFIT|UNIVERSAL CREDIT|BOURSE CROUS",
    ),
    got("200190", "RETRAITE*|CARSAT|AGIRC*|ARRCO|PENSION*|CNAV"),
    got("200140", "DIVIDENDE*|DIVIDEND*|COUPON*"),
    got("200130", "INTERET*|INTEREST*"),
    got("200170", "LOYER RECU|RENT RECEIVED|RENTAL INCOME"),
    got(
        "400610",
        "CPAM*|AMELI|ASSURANCE MALADIE|C P A M|REMBOURSEMENT SANTE|MUTUELLE*|MGEN|ALAN SA|\
         HARMONIE|MALAKOFF*|NHS REFUND",
    ),
    got(
        "400500",
        "DGFIP|DIRECTION GENERALE DES FINANCES|FINANCES PUBLIQUES|TRESOR PUBLIC|HMRC|\
         TAX REFUND",
    ),
    // Home. Rented cars stand before rent.
    paid("400220", "HERTZ|AVIS RENT*|AVIS LOCATION|EUROPCAR|SIXT|GETAROUND|ENTERPRISE RENT|ZIPCAR"),
    paid("401010", "PRET IMMOBILIER|ECHEANCE PRET|ECH PRET|PRET IMMO|CREDIT IMMOBILIER|MORTGAGE"),
    paid("401020", "LOYER*|RENT|FONCIA|CITYA|NEXITY|ORPI|LANDLORD|LETTING*"),
    paid(
        "401080",
        "EDF|ENGIE|TOTALENERGIES ELECTRICITE|TOTAL ENERGIES ELECTRICITE|EKWATEUR|ILEK|\
         ENERCOOP|VATTENFALL|DIRECT ENERGIE|GRDF|ENEDIS|OCTOPUS ENERGY|BRITISH GAS|EON NEXT|\
         OVO ENERGY|SCOTTISHPOWER|ELECTRICITE*|ELECTRICITY",
    ),
    paid(
        "401070",
        "VEOLIA|SUEZ|SAUR|EAU DE PARIS|EAUX DE|REGIE DES EAUX|COMPAGNIE DES EAUX|THAMES WATER|\
         WATER BILL",
    ),
    paid("401030", "SYNDIC|COPROPRIETE|CHARGES COPRO*|SERVICE CHARGES"),
    paid("401040", "ASSURANCE HABITATION|HOME INSURANCE|LUKO|MULTIRISQUE HABITATION"),
    paid(
        "401050",
        "LEROY MERLIN|CASTORAMA|BRICO DEPOT|BRICORAMA|BRICOMARCHE|MR BRICOLAGE|WELDOM|POINT P|\
         B AND Q|SCREWFIX|HOME DEPOT|HORNBACH|WICKES",
    ),
    paid(
        "401060",
        "IKEA|CONFORAMA|BUT INTERNATIONAL|MAGASIN BUT|MAISONS DU MONDE|ALINEA|DARTY|BOULANGER|\
         ELECTRO DEPOT|HABITAT|DUNELM|MADE COM",
    ),
    // Transport.
    paid("400230", "ASSURANCE AUTO|ASSURANCE MOTO|CAR INSURANCE|MOTOR INSURANCE|DIRECT ASSURANCE"),
    paid(
        "400250",
        "STATION|STATION SERVICE|TOTAL ACCESS|TOTALENERGIES|TOTAL ENERGIES|RELAIS TOTAL|ESSO*|\
         SHELL|AVIA|BP CONNECT|CARBURANT*|ESSENCE|PETROL|GAS STATION|CHEVRON|EXXON*|TEXACO|\
         DAC|IONITY|CHARGEMAP",
    ),
    paid(
        "400270",
        "PARKING*|INDIGO|Q PARK|EFFIA|SAEMES|PAYBYPHONE|RINGGO|AUTOROUTE*|PEAGE*|\
         VINCI AUTOROUTES|APRR|SANEF|COFIROUTE|ASF|ULYS|BIP GO|TOLL*",
    ),
    paid("400290", "UBER TRIP|UBER BV|UBER RIDES|TAXI*|G7|BOLT|FREE NOW|HEETCH|LYFT|KAPTEN"),
    paid(
        "400280",
        "SNCF*|RATP*|NAVIGO|TRAINLINE|OUIGO|TCL|TISSEO|TBM|TRANSPOLE|ILEVIA|KEOLIS*|TRANSDEV|\
         VELIB|TFL|TRANSPORT FOR LONDON|NATIONAL RAIL|AMTRAK|EUROSTAR|FLIXBUS|BLABLACAR BUS|\
         CAR POSTAL|MTA|DEUTSCHE BAHN|SBB|CFF|RTM",
    ),
    paid(
        "400240",
        "NORAUTO|FEU VERT|MIDAS|SPEEDY|EUROMASTER|GARAGE*|CONTROLE TECHNIQUE|KWIK FIT|\
         HALFORDS|POINT S|ROADY|CARGLASS",
    ),
    // Health before daily life: a pharmacy in a supermarket is a pharmacy.
    paid(
        "400620",
        "MUTUELLE*|MGEN|HARMONIE|ALAN SA|MALAKOFF*|AG2R|SWISS LIFE SANTE|HEALTH INSURANCE|\
         BUPA|MACIF SANTE|APRIL SANTE",
    ),
    paid(
        "400610",
        "PHARMACIE*|PHARMACY|PHCIE|DOCTEUR|DR|MEDECIN*|DENTISTE|DENTAL|DENTIST|OPTIC*|\
         OPTICAL*|LABO|LABORATOIRE*|HOPITAL|HOSPITAL|CLINIQUE|CLINIC|RADIOLOGIE|KINE|KINES*|\
         OSTEO*|BOOTS|KRYS|AFFLELOU|DOCTOLIB|INFIRMIER*|CABINET MEDICAL|SPECSAVERS",
    ),
    // Children.
    paid("400430", "CRECHE*|PAJEMPLOI|NOUNOU|NURSERY|CHILDCARE|BABYSITTING|GARDERIE"),
    paid("400420", "CANTINE|RESTAURATION SCOLAIRE|SCHOOL MEALS|PARENTPAY"),
    paid("400450", "KING JOUET|LA GRANDE RECRE|JOUECLUB|TOYS R US|LEGO|SMYTHS*"),
    paid("400460", "PENSION ALIMENTAIRE|CHILD SUPPORT"),
    paid("400470", "CENTRE DE LOISIRS|COLONIE*|SUMMER CAMP"),
    // Education.
    paid("400910", "UNIVERSITE*|UNIVERSITY|FRAIS DE SCOLARITE|TUITION|ECOLE*|CROUS"),
    paid("400930", "PRET ETUDIANT|STUDENT LOAN*"),
    // Taxes.
    paid("400540", "TAXE FONCIERE*|PROPERTY TAX|COUNCIL TAX|TAXE HABITATION"),
    paid(
        "400510",
        "DGFIP|DIRECTION GENERALE DES FINANCES|FINANCES PUBLIQUES|TRESOR PUBLIC|IMPOT*|HMRC|\
         INCOME TAX|IRS",
    ),
    // Daily life.
    paid(
        "400110",
        "CARREFOUR*|LECLERC|E LECLERC|AUCHAN|INTERMARCHE|LIDL|ALDI|MONOPRIX|FRANPRIX|CASINO|\
         SUPER U|HYPER U|U EXPRESS|COURSES U|MARCHE U|SYSTEME U|CORA|PICARD*|BIOCOOP|\
         NATURALIA|LA VIE CLAIRE|GRAND FRAIS|NETTO|LEADER PRICE|SPAR|VIVAL|G20|SITIS|MIGROS|\
         COOP|TESCO*|SAINSBURY*|ASDA|WAITROSE|MORRISONS|MARKS AND SPENCER|MARKS SPENCER|\
         WHOLE FOODS|TRADER JOE*|KROGER|SAFEWAY|WALMART|COSTCO|SUPERMARCHE*|SUPERMARKET|\
         GROCER*|EPICERIE|PRIMEUR*|BOUCHERIE|POISSONNERIE|FROMAGERIE|EDEKA|REWE|DELHAIZE|\
         COLRUYT|ALBERT HEIJN|MERCADONA|ESSELUNGA",
    ),
    paid(
        "400160",
        "BOULANGERIE*|BRIOCHE DOREE|STARBUCKS*|COSTA|PRET A MANGER|GREGGS|SUBWAY|SELECTA|\
         MCDONALD*|MC DONALD*|MCDO|BURGER KING|KFC|QUICK|BAKERY|SODEXO|CLASS CROUTE|EXKI|\
         COJEAN",
    ),
    paid(
        "400150",
        "FREE MOBILE|FREE TELECOM|FREE HAUTDEBIT|FREE HAUT DEBIT|SFR|RED BY SFR|\
         BOUYGUES TELECOM|BOUYGUES|ORANGE SA|ORANGE|SOSH|PRIXTEL|LA POSTE MOBILE|VODAFONE|O2|\
         EE LIMITED|GIFFGAFF|BRITISH TELECOM|VERIZON|T MOBILE|AT T|COMCAST|SWISSCOM|PROXIMUS",
    ),
    paid(
        "400112",
        "AMAZON*|AMZN*|CDISCOUNT|EBAY*|ALIEXPRESS|VINTED|LEBONCOIN|RAKUTEN|VEEPEE|\
         VENTE PRIVEE|SHEIN|TEMU|ETSY*|PAYPAL",
    ),
    paid(
        "400130",
        "ZARA|H M|H AND M|UNIQLO|KIABI|CELIO|CAMAIEU|PRIMARK|ETAM|PETIT BATEAU|NIKE|ADIDAS|\
         MANGO|SEZANE|ZALANDO|ASOS|ERAM|NEXT RETAIL|CLARKS|OKAIDI|VERTBAUDET",
    ),
    paid(
        "400190",
        "COIFF*|SEPHORA|MARIONNAUD|YVES ROCHER|NOCIBE|INSTITUT DE BEAUTE|HAIR*|BARBER*|\
         SUPERDRUG|RITUALS",
    ),
    paid(
        "400111",
        "TABAC*|PRESSE|RELAY|MAISON DE LA PRESSE|WHSMITH|NEWSAGENT*|LE MONDE|NEW YORK TIMES",
    ),
    paid("400140", "VETERINAIRE*|VET|VETS|MAXI ZOO|ANIMALIS|ZOOPLUS|PETS AT HOME|TRUFFAUT"),
    paid(
        "400170",
        "CROIX ROUGE|UNICEF|MEDECINS SANS FRONTIERES|RESTOS DU COEUR|SECOURS POPULAIRE|\
         SECOURS CATHOLIQUE|OXFAM|GREENPEACE|DONATION*|WIKIMEDIA|DONS",
    ),
    paid(
        "400120",
        "COFIDIS|CETELEM|SOFINCO|COFINOGA|ONEY|FRANFINANCE|KLARNA|PERSONAL LOAN|CREDIT CONSO",
    ),
    // Leisure, outings.
    paid(
        "400750",
        "FNAC|CULTURA|GIBERT*|LIBRAIRIE*|NETFLIX*|SPOTIFY*|DEEZER|DISNEY PLUS|DISNEYPLUS|\
         CANAL PLUS|CANAL SAT*|PRIME VIDEO|AUDIBLE|KOBO|WATERSTONES|BOOKSHOP|APPLE COM BILL|\
         ITUNES*|YOUTUBE*",
    ),
    paid(
        "400740",
        "APPLE STORE|LDLC|MATERIEL NET|STEAM*|STEAMGAMES*|PLAYSTATION*|NINTENDO|XBOX|\
         MICROSOFT|CURRYS|BEST BUY|MICROMANIA",
    ),
    paid(
        "400710",
        "DECATHLON*|INTERSPORT|GO SPORT|BASIC FIT|BASICFIT|FITNESS PARK|KEEP COOL|NEONESS|\
         PISCINE|GYM*|PUREGYM|FFT|LICENCE SPORT*",
    ),
    paid(
        "400820",
        "CINEMA*|UGC|PATHE|GAUMONT|MK2|CGR|KINEPOLIS|ODEON|CINEWORLD|TICKETMASTER|\
         FNAC SPECTACLES|THEATRE*|CONCERT*|BOWLING|ESCAPE GAME|DIGITICK|DISNEYLAND*|\
         PARC ASTERIX",
    ),
    paid("400830", "MUSEE*|MUSEUM*|LOUVRE|CHATEAU DE|EXPOSITION"),
    paid(
        "400840",
        "AIR FRANCE|EASYJET|RYANAIR|TRANSAVIA|VUELING|LUFTHANSA|BRITISH AIRWAYS|DELTA AIR*|\
         BOOKING*|AIRBNB*|EXPEDIA|HOTEL*|IBIS|ACCOR*|MERCURE|NOVOTEL|CAMPING*|CLUB MED|\
         ABRITEL|GITE*|HOSTEL*|VRBO|KAYAK|LASTMINUTE*|VOYAGE*",
    ),
    paid(
        "400810",
        "RESTAURANT*|RESTO*|BRASSERIE*|BISTRO*|PIZZ*|SUSHI*|CREPERIE*|CAFE*|BAR|PUB|\
         DELIVEROO*|UBER EATS|UBEREATS|JUST EAT|DINER|TAVERN*|NANDOS|WAGAMAMA|HIPPOPOTAMUS|\
         FLUNCH|BUFFALO GRILL|LEON DE BRUXELLES|BIG MAMMA|DOMINOS*|DOMINO S|LA FOURCHETTE|\
         TRAITEUR",
    ),
    // Services.
    paid(
        "400310",
        "LA POSTE|POST OFFICE|ROYAL MAIL|CHRONOPOST|COLISSIMO|MONDIAL RELAY|DHL|UPS|FEDEX|USPS",
    ),
    paid("400330", "CESU|URSSAF CESU|O2 HOME|MENAGE|CLEANING SERVICE|WECASA"),
    paid("400320", "NOTAIRE*|AVOCAT*|SOLICITOR*|HUISSIER*"),
    // Insurers, of whom only the group is known.
    paid(
        "400300",
        "ASSURANCE*|INSURANCE*|MAIF|MACIF|MATMUT|MAAF|GMF|AXA|ALLIANZ|GROUPAMA|GENERALI|AVIVA",
    ),
];

/// A word or phrase of a rule.
struct Entry {
    /// Of two that fit, the smaller wins.
    order: usize,
    id: &'static str,
    when: When,
    phrase: &'static str,
    /// Whether a longer word fits too.
    is_start: bool,
}

/// By the first two letters of the phrase: a page looks at thousands of labels, and there are too
/// many rules to try each on each.
static INDEX: LazyLock<HashMap<[u8; 2], Vec<Entry>>> = LazyLock::new(|| {
    let words = RULES.iter().flat_map(|rule| rule.words.split('|').map(move |word| (rule, word)));
    let mut index: HashMap<[u8; 2], Vec<Entry>> = HashMap::new();
    for (order, (rule, word)) in words.enumerate() {
        let (phrase, is_start) = match word.strip_suffix('*') {
            Some(start) => (start, true),
            None => (word, false),
        };
        let entry = Entry { order, id: rule.id, when: rule.when, phrase, is_start };
        if let Some(first) = phrase.as_bytes().first_chunk() {
            index.entry(*first).or_default().push(entry);
        }
    }
    index
});

/// The id of the category and the word that tells it, for a normalised label.
pub fn find(label: &str, is_negative: bool) -> Option<(&'static str, &'static str)> {
    let wanted = if is_negative { When::Out } else { When::In };
    let mut best: Option<&Entry> = None;
    for (at, _) in label.match_indices(' ') {
        let rest = &label[at + 1..];
        let Some(first) = rest.as_bytes().first_chunk::<2>() else { continue };
        for entry in INDEX.get(first).into_iter().flatten() {
            let is_better = best.is_none_or(|best| entry.order < best.order);
            let is_asked = entry.when == When::Any || entry.when == wanted;
            if is_better && is_asked && entry.begins(rest) {
                best = Some(entry);
            }
        }
    }
    best.map(|entry| (entry.id, entry.phrase))
}

impl Entry {
    /// Does the rest of a label, from the start of a word, begin with the phrase?
    fn begins(&self, rest: &str) -> bool {
        let after = rest.strip_prefix(self.phrase);
        after.is_some_and(|after| self.is_start || after.starts_with(' '))
    }
}

#[cfg(test)]
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().flat_map(|rule| rule.words.split('|').map(move |word| (rule.id, word)))
}
