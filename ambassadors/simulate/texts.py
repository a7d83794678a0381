"""A small lexicon: openings and endings by mood and language, combined into short texts."""

# ruff: noqa: RUF001 - Bulgarian is written in Cyrillic, whose letters look like Latin ones.

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ambassadors.simulate.acts import Mood
from ambassadors.simulate.plan import LANGUAGES, Ints

ENGLISH = 0.25  # how often somebody with another language writes English all the same

_Lines = tuple[tuple[str, ...], tuple[str, ...]]

_LEXICON: dict[Mood, dict[str, _Lines]] = {
    Mood.NEWS: {
        "en": (
            (
                "Fresh from the roaster:",
                "New on the shelf:",
                "This morning at the counter:",
                "Back by request:",
                "Roast day!",
            ),
            (
                "a washed Ethiopian with a lot of peach.",
                "our house blend, a shade lighter than last year.",
                "oat buns and filter until noon.",
                "a natural from Huila, 40 bags only.",
                "come and smell the first batch.",
                "which one should we roast next?",
                "decaf that does not taste like decaf ☕",
            ),
        )
    },
    Mood.GIVEAWAY: {
        "en": (
            ("🎁 Giveaway!", "Win a year's beans!", "Prize draw:"),
            (
                "Tag two friends and share to take part.",
                "Follow, share and comment by Sunday.",
                "Tag whom you owe a coffee.",
            ),
        )
    },
    Mood.DAILY: {
        "en": (
            ("Finally", "Today:", "Not much to report,", "Sunday:", "Honestly,", "Small joy:"),
            (
                "fixed the bike.",
                "rain again, and the bus was late.",
                "the tomatoes are coming along.",
                "rehearsal went better than expected.",
                "three pages written, two thrown away.",
                "the kids slept until eight!",
                "looking for a good book, tips welcome",
                "the market was packed this morning.",
            ),
        ),
        "pl": (
            ("Dzisiaj", "No i proszę:", "Niedziela,"),
            (
                "rower naprawiony.",
                "znowu pada, a autobus się spóźnił.",
                "pomidory wreszcie rosną.",
                "szukam dobrej książki",
            ),
        ),
        "no": (
            ("I dag", "Endelig:", "Søndag,"),
            ("er sykkelen fikset.", "regner det igjen.", "ble det en lang tur i skogen.", "noen som har et boktips?"),
        ),
        "bg": (
            ("Днес", "Най-после:", "Неделя е,"),
            ("поправих колелото.", "пак вали.", "доматите растат добре.", "търся хубава книга"),
        ),
    },
    Mood.RIVAL: {
        "en": (
            ("New at Tin Lantern:", "This week only:", "In the window:"),
            ("two bags for the price of one.", "a dark roast for the brave.", "cold brew on tap.", "our own tin mugs."),
        )
    },
    Mood.CHAT: {
        "en": (
            ("Ha,", "Same here,", "Oh nice,", "Hm,", "True,", "Wait,", "Congrats!"),
            (
                "tell me more",
                "that made my day",
                "see you there?",
                "I had no idea",
                "we should do that again",
                "not so sure about that one",
                "sending you a link later",
                "how did it go?",
            ),
        ),
        "pl": (
            ("Ha,", "U mnie tak samo,", "Super,"),
            ("opowiedz więcej", "do zobaczenia!", "nie wiedziałam", "gratulacje"),
        ),
        "no": (("Ha,", "Samme her,", "Så fint,"), ("fortell mer", "ses vi der?", "det visste jeg ikke", "gratulerer")),
        "bg": (("Ха,", "И при мен,", "Супер,"), ("разкажи още", "ще се видим ли там?", "не знаех", "честито")),
    },
    Mood.QUESTION: {
        "en": (
            ("Is this one", "Quick question, is it", "Will it be", "Was it"),
            (
                "open on Sunday?",
                "available as whole beans?",
                "good for a moka pot?",
                "in stock next week?",
                "the same as last year's?",
            ),
        ),
        "pl": (
            ("Czy to", "Pytanie: czy to"),
            ("jest też w ziarnach?", "nadaje się do kawiarki?", "będzie w niedzielę?"),
        ),
        "no": (("Er denne", "Lurer på om den er"), ("åpen på søndag?", "bra til presskanne?", "på lager neste uke?")),
        "bg": (("Това", "Въпрос: това"), ("има ли го на зърна?", "става ли за кафеварка?", "ще го има ли в неделя?")),
    },
    Mood.PRAISE: {
        "en": (
            ("Really nice,", "Good one,", "Enjoyed this,", "Tasty,", "Solid roast,"),
            ("thank you", "will be back", "bought a second bag", "my Saturday is saved", "better than I expected"),
        ),
        "pl": (("Bardzo dobra,", "Smaczna,", "Fajna,"), ("dziękuję", "wrócę po więcej", "lepsza niż myślałem")),
        "no": (("Veldig god,", "Nydelig,", "Fin,"), ("takk", "kommer tilbake", "bedre enn ventet")),
        "bg": (("Много хубаво,", "Вкусно,"), ("благодаря", "пак ще дойда", "по-добро от очакваното")),
    },
    Mood.LOVE: {
        "en": (
            (
                "Absolutely love this!",
                "My favourite in town.",
                "Third bag this month!",
                "I'm hooked ❤️",
                "You people are wonderful.",
            ),
            (
                "Can't start a day without it.",
                "Never going back to the supermarket.",
                "The smell alone!",
                "Everyone at work asks for it now.",
                "Please never stop roasting this.",
            ),
        ),
        "pl": (
            ("Uwielbiam!", "Najlepsza w mieście.", "Kocham tę kawę ❤️"),
            ("Bez niej nie zaczynam dnia.", "Trzecia paczka w miesiącu!"),
        ),
        "no": (
            ("Elsker denne!", "Best i byen.", "Favoritten ❤️"),
            ("Kan ikke starte dagen uten.", "Tredje pose denne måneden!"),
        ),
        "bg": (
            ("Обожавам го!", "Най-доброто в града.", "Любимото ми ❤️"),
            ("Не започвам деня без него.", "Трети пакет този месец!"),
        ),
    },
    Mood.RECOMMEND: {
        "en": (
            (
                "If you like coffee,",
                "Do yourself a favour:",
                "Best tip I can give you:",
                "Told everyone at work:",
                "Gift idea:",
            ),
            (
                "go to Bean & Leaf.",
                "try the new roast at Bean & Leaf.",
                "Bean & Leaf, by the bridge. Thank me later.",
                "get your beans from Bean & Leaf, they know what they do.",
                "a bag from Bean & Leaf ☕",
            ),
        ),
        "pl": (
            ("Polecam:", "Jeśli lubicie kawę,", "Mój typ:"),
            ("Bean & Leaf.", "spróbujcie nowej z Bean & Leaf.", "Bean & Leaf przy moście."),
        ),
        "no": (
            ("Anbefales:", "Liker du kaffe,", "Mitt beste tips:"),
            ("Bean & Leaf.", "prøv den nye fra Bean & Leaf.", "Bean & Leaf ved brua."),
        ),
        "bg": (
            ("Препоръчвам:", "Ако обичате кафе,"),
            ("Bean & Leaf.", "опитайте новото от Bean & Leaf.", "Bean & Leaf до моста."),
        ),
    },
    Mood.COMPLAINT: {
        "en": (
            ("Disappointed.", "Not happy:", "Second time now:", "Really?", "This is not good enough:"),
            (
                "the bag arrived torn.",
                "no answer to my e-mail for a week.",
                "stale beans, wrong grind.",
                "charged twice and nobody picks up.",
                "the order never came.",
            ),
        ),
        "pl": (
            ("Jestem rozczarowana:", "Słabo:"),
            ("paczka przyszła rozdarta.", "nikt nie odpowiada na maile.", "zamówienie nie dotarło."),
        ),
        "no": (
            ("Skuffet:", "Ikke bra nok:"),
            ("posen kom revet.", "ingen svarer på e-post.", "bestillingen kom aldri."),
        ),
        "bg": (
            ("Разочарована съм:", "Не е добре:"),
            ("пакетът дойде скъсан.", "никой не отговаря.", "поръчката не пристигна."),
        ),
    },
    Mood.SORRY: {
        "en": (
            ("We are sorry!", "That should not have happened.", "Oh no."),
            (
                "Please write to us and we refund it today.",
                "A new bag is on its way.",
                "Can you send us the order number?",
            ),
        )
    },
    Mood.RECOVERED: {
        "en": (
            ("Credit where due:", "Update:", "They sorted it out:"),
            (
                "money back within a day, and a kind note.",
                "new bag arrived, and it is lovely.",
                "all good now, thank you!",
            ),
        ),
        "pl": (("Aktualizacja:",), ("zwrot przyszedł następnego dnia, dziękuję!", "nowa paczka dotarła, pyszna.")),
        "no": (("Oppdatering:",), ("pengene kom dagen etter, takk!", "ny pose kom, og den er nydelig.")),
        "bg": (("Допълнение:",), ("върнаха парите веднага, благодаря!", "новият пакет дойде, чудесен е.")),
    },
    Mood.DEFEND: {
        "en": (
            ("In fairness,", "Give them a chance:", "Not my experience at all,", "To be fair,"),
            (
                "they always put things right.",
                "it was the courier, not them.",
                "write to them, they answer within a day.",
                "I have ordered twenty times without a hitch.",
            ),
        ),
        "pl": (("Szczerze mówiąc,", "Bądźmy uczciwi:"), ("zawsze wszystko naprawiają.", "to wina kuriera, nie ich.")),
        "no": (("For å være ærlig,", "Gi dem en sjanse:"), ("de ordner alltid opp.", "det var budet, ikke dem.")),
        "bg": (("Честно казано,", "Дайте им шанс:"), ("винаги оправят нещата.", "виновен е куриерът, не те.")),
    },
    Mood.THANKS: {
        "en": (
            ("Thank you!", "That makes us happy.", "Glad you like it ☕", "Yes!"),
            ("See you soon.", "The whole team says hello.", "Whole beans, too.", "Until Saturday, then."),
        )
    },
    Mood.CONTEST: {
        "en": (
            ("Done!", "Count me in!", "Shared 🤞", "Me please!", "Entered."),
            ("@friend1 @friend2", "@mum @neighbour", "Good luck everyone", "Following, shared, tagged", "@bestie look"),
        )
    },
    Mood.POD: {
        "en": (
            ("So good!", "Love this!", "Wow,", "🔥🔥🔥", "Amazing"),
            ("content", "as always!", "keep it up", "needed this today", "💯"),
        ),
    },
}


@dataclass(frozen=True)
class Lexicon:
    """Every text there can be, and where each mood and language begins among them."""

    lines: list[str]
    first: Ints
    size: Ints


def lexicon() -> Lexicon:
    """All combinations of opening and ending; a mood without a language falls back to English.

    >>> words = lexicon()
    >>> words.lines[words.first[Mood.SORRY * len(LANGUAGES)]]
    'We are sorry! Please write to us and we refund it today.'
    """
    lines: list[str] = []
    bounds = []
    for mood in list(Mood)[1:]:
        for language in LANGUAGES:
            openings, endings = _LEXICON[mood].get(language, _LEXICON[mood]["en"])
            bounds.append((len(lines), len(openings) * len(endings)))
            lines.extend(" ".join(pair) for pair in product(openings, endings))
    first, size = np.array(bounds).T
    return Lexicon(lines, first, size)


def choose(rng: np.random.Generator, words: Lexicon, mood: Ints, language: Ints) -> Ints:
    """For each mood and language the number of a text, -1 where nothing is said."""
    spoken = np.where(rng.random(len(mood)) < ENGLISH, 0, language)
    slot = np.where(mood >= 0, mood * len(LANGUAGES) + spoken, 0)
    line = words.first[slot] + (rng.random(len(mood)) * words.size[slot]).astype(np.int64)
    return np.where(mood >= 0, line, -1)
