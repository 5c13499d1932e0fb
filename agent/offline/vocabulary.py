"""The words the shopkeeper knows, by what they mean."""

from __future__ import annotations

from collections.abc import Mapping

from agent.offline.tables import phrase_table, word_set

CONTRACTIONS: Mapping[str, tuple[str, ...]] = {
    "what's": ("what", "is"), "whats": ("what", "is"), "that's": ("that", "is"), "thats": ("that", "is"),
    "it's": ("it", "is"), "i'd": ("i", "would"), "i'm": ("i", "am"), "im": ("i", "am"), "i'll": ("i", "will"),
    "i've": ("i", "have"), "you're": ("you", "are"), "let's": ("let", "us"), "who's": ("who", "is"),
    "where's": ("where", "is"), "there's": ("there", "is"), "how's": ("how", "is"), "don't": ("do", "not"),
    "dont": ("do", "not"), "doesn't": ("does", "not"), "can't": ("can", "not"), "isn't": ("is", "not"),
    "which's": ("which", "is"), "gimme": ("give", "me"), "wanna": ("want", "to"), "u": ("you",), "pls": ("please",),
    "plz": ("please",), "w/o": ("without",), "w/": ("with",),
    "ill": ("i", "will"), "id": ("i", "would"), "ive": ("i", "have"), "youre": ("you", "are"), "isnt": ("is", "not"),
    "arent": ("are", "not"), "aren't": ("are", "not"), "doesnt": ("does", "not"), "cant": ("can", "not"),
    "won't": ("will", "not"), "wont": ("will", "not"), "lets": ("let", "us"), "wheres": ("where", "is"),
    "hows": ("how", "is"), "whos": ("who", "is"), "theres": ("there", "is"),
    "ad": ("add",), "fnd": ("find",), "wich": ("which",), "adn": ("and",), "teh": ("the",), "cmpare": ("compare",),
}  # fmt: skip

# Only these are guessed from a misspelling: a wrong guess about a product's name would lose the product.
COMMAND_WORDS = word_set(
    "find show search compare comparison difference between remove delete empty clear basket cart checkout "
    "cheaper cheapest expensive second third fourth fifth last first returns return refund shipping delivery "
    "deliver warranty hello please details about tell under below above which quantity change policy exchange "
    "recommend suggest another everything lighter lightest heavier heaviest better highest lowest number "
    "together goodbye"
)
# Words of goods and of everyday language that are one slip away from a command word.
REAL_WORDS = word_set(
    "shopping whipping chipping price prince found bellow bellows thread tired late list blast cast lasts "
    "firs fist shoe shoes short snow shop shot mover older order orders bread baskets returned returning "
    "carts chart card care caret cat fine fins fund kind wind thirds seconds abut detail finds shows lighters "
    "fifths numbers changer changed exchanger removes blow cleat clean clears compared compares changes "
    "charge chance tells"
)

GREETINGS = frozenset({"hi", "hello", "hey", "hiya", "howdy", "greetings", "heya", "yo", "hallo"})
THANKS = frozenset({"thanks", "thank", "thx", "cheers", "ty"})
PRAISE = word_set("great good perfect nice cool fine lovely awesome wonderful excellent super brilliant")
COURTESY = (
    GREETINGS
    | THANKS
    | word_set(
        "please kindly ok okay so well then also and but now maybe perhaps actually oh um hmm alright sure yes "
        "yeah yep yup again there instead sorry"
    )
)
OPENINGS = phrase_table(
    "can you, could you, would you, will you, can i, could i, may i, can we, could we, i would like you to, i "
    "would like to, i want you to, i want to, i need to, i need you to, i would love to, let us, let me, help "
    "me to, help me, go ahead, i will, we will, i think i will, i think, would you like to, no wait, wait, hang on, "
    "good morning, "
    "good afternoon, good evening, good day, do you mind, thank you very much, thank you so much, thank you, "
    "thanks a lot"
)

CART = frozenset({"cart", "basket", "trolley"})
POSSESSIVE = frozenset({"my", "the", "this", "our", "a"})
ARTICLES = frozenset({"a", "an", "the", "some", "any", "my", "our", "your"})

CHEAP = frozenset({"cheap", "affordable", "inexpensive"})
ORDINALS: Mapping[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "last": -1, "former": 1, "latter": -1,
    "1st": 1, "2nd": 2, "3rd": 3, **{f"{n}th": n for n in range(4, 21)},
}  # fmt: skip
NUMBERS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "dozen": 12, "couple": 2,
}  # fmt: skip

IT = frozenset({"it", "this", "that"})
THEM = frozenset({"them", "these", "those", "both", "all", "everything"})
FILLERS_OF_REFERENCE = frozenset({"one", "ones", "item", "items", "product", "products", "option", "result", "choice"})

COLOURS = word_set(
    "red blue green black white grey gray yellow orange purple pink brown beige silver gold navy turquoise "
    "violet cream khaki olive teal ivory charcoal burgundy"
)
SIZES = word_set("xs s m l xl xxl small medium large tiny big huge mini compact")
QUALITIES = word_set(
    "waterproof wireless cordless electric manual leather wooden wool woollen cotton steel stainless plastic "
    "glass metal lightweight heavy foldable portable organic vegan quiet silent insulated rechargeable used "
    "new warm soft"
)

POLICY = word_set(
    "discounts deals promotions return returns returned refund refunds exchange exchanges exchanged warranty "
    "warranties guarantee guarantees shipping ship ships shipped delivery deliver delivers delivered policy "
    "policies customs privacy invoice voucher vouchers coupon coupons complaint complaints repair repairs "
    "repaired gift-wrap wrapping terms paypal visa mastercard klarna invoices installments instalments"
)
POLICY_PHRASES = phrase_table(
    "i pay, we pay, to pay, send back, send it back, give back, money back, pay with, pay by, payment "
    "methods, payment method, payment options, opening hours, discount code, gift wrap, contact you, customer "
    "service, arrive, payments, customer support, price match, a discount, any discount, size guide, "
    "size chart, sizing, size table"
)
ORDER_PHRASES = phrase_table(
    "where is my order, track my, my order, my orders, order status, my package, my parcel, cancel my order"
)

ELSEWHERE = word_set(
    "weather joke jokes poem poems song songs capital president politics news recipe homework essay horoscope "
    "story stories bitcoin haiku riddle"
)
ELSEWHERE_STARTS = phrase_table(
    "tell me a, do you know, do you like, do you think, write, sing, translate, solve, calculate, explain, "
    "ignore, pretend, say, repeat, i am, i feel, i love, i hate, my name, you are, forget, print, imagine"
)
FOREIGN = word_set(
    "ich suche brauche und der die das ein eine einen nicht für unter mit haben habt sie ihr ist sind gibt wie viel "
    "wieviel kostet kosten welche welcher zeig zeige mir mein meine meinen warenkorb mehr oder auch "
    "je cherche les une est pour avec vous avez des combien coûte mon panier plus cher "
    "busco quiero para los las una con tiene tienes cuanto cuánto cuesta por favor "
    "voglio cerco gli della avete quanto costa vorrei een het zoek voor met heeft hoeveel kost jag söker quero procuro"
)
# One of these is enough: no English message has them.
FOREIGN_ALONE = word_set(
    "bitte guten danke dankeschön bonjour bonsoir merci hola gracias grazie buongiorno wieviel kostet laufschuhe "
    "schuhe cherche busco cerco zoek dankjewel obrigado tack"
)

# No misspellings of a command word, though they look like one.
MEANT = frozenset().union(
    COMMAND_WORDS,
    REAL_WORDS,
    NUMBERS,
    ORDINALS,
    COLOURS,
    SIZES,
    QUALITIES,
    POLICY,
    ELSEWHERE,
    GREETINGS,
    THANKS,
    PRAISE,
)
