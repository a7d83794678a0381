"""Mailing lists: who agreed to be written to, and who did not. Addresses are kept as keyed hashes only.

Mailchimp after public code that holds its headers; Klaviyo's words for consent after its documentation and memory.
Consent is never presumed: who is in a list whose columns do not tell is in it, and no more.
"""

from __future__ import annotations

from ambassadors.exports.spec import Csv, Export, Section, hashed, moment

_MAILCHIMP = ("Email Address", "MEMBER_RATING", "OPTIN_TIME", "LAST_CHANGED", "LEID", "EUID")
_PRIVATE = "Names, phones and addresses of streets are not taken."


def _mailchimp(kind: str, title: str, gives: str, agrees: bool | None, sign: Csv, says: str = "") -> Export:
    columns = {
        "customer": hashed("Email Address"),
        "email_key": hashed("Email Address"),
        **({} if agrees is None else {"consent": {"value": agrees}}),
        "since": moment("OPTIN_TIME", zone="UTC"),
    }
    return Export(
        f"mailchimp_{kind}",
        f"Mailchimp: {title}",
        (("", sign),),
        (Section("customers", gives, columns),),
        says=f"{says} {_PRIVATE}".strip(),
    )


UNSUBSCRIBED = _mailchimp(
    "unsubscribed",
    "who unsubscribed",
    "who does not agree to be written to",
    False,
    Csv(("Email Address", "OPTIN_TIME", "LEID", "EUID", "UNSUB_TIME", "UNSUB_REASON")),
)
CLEANED = _mailchimp(
    "cleaned",
    "addresses that did not answer",
    "whose address does not work",
    False,
    Csv(("Email Address", "OPTIN_TIME", "LEID", "EUID", "CLEAN_TIME")),
)
SUBSCRIBED = _mailchimp(
    "subscribed",
    "who is subscribed",
    "who agrees to be written to",
    True,
    Csv(_MAILCHIMP, without=("UNSUB_TIME", "CLEAN_TIME"), name=r"^subscribed_"),
    "Only the file's name, subscribed_..., tells that they agree: leave out consent where it was given by hand.",
)
NONSUBSCRIBED = _mailchimp(
    "nonsubscribed",
    "who never subscribed",
    "who does not agree to be written to",
    False,
    Csv(_MAILCHIMP, name=r"^nonsubscribed_"),
    "Only the file's name, nonsubscribed_..., tells that they do not agree.",
)
CONTACTS = _mailchimp(
    "contacts",
    "contacts",
    "the contacts",
    None,
    Csv(_MAILCHIMP),
    "It does not tell who agrees to be written to: only a file named subscribed_..., as Mailchimp names it, does.",
)
_SUPPRESSIONS = (
    "Email Suppressions",
    "Email Suppression",
    "Suppressions",
    "Suppression",
    "Email Suppressed",
    "Suppressed",
)
_FILLED = r"[^\s\[\]{}]"  # an empty list is nothing


def _suppressed(column: str) -> Section:
    columns = {"customer": hashed("Email"), "email_key": hashed("Email"), "consent": {"value": False}}
    return Section(
        "customers",
        f"who must not be written to ({column})",
        columns,
        {"matching": {column: _FILLED}, "filled": ("Email",)},
    )


KLAVIYO = Export(
    "klaviyo_contacts",
    "Klaviyo contacts",
    (
        ("", Csv(("Email", "Klaviyo ID", "Email Marketing Consent"))),
        ("without consent", Csv(("Email", "Klaviyo ID", "First Name", "Last Name"))),
    ),
    (
        Section(
            "customers",
            "the contacts, and who agrees to be written to",
            {
                "customer": hashed("Email"),
                "email_key": hashed("Email"),
                "consent": {
                    "column": "Email Marketing Consent",
                    "values": {
                        "SUBSCRIBED": "true",
                        "Subscribed": "true",
                        "TRUE": "true",
                        "True": "true",
                        "UNSUBSCRIBED": "false",
                        "Unsubscribed": "false",
                        "NEVER_SUBSCRIBED": "false",
                        "Never Subscribed": "false",
                        "FALSE": "false",
                        "False": "false",
                    },
                    "others": "empty",
                },
            },
            {"filled": ("Email",), "unless": dict.fromkeys(_SUPPRESSIONS, _FILLED)},
        ),
        *map(_suppressed, _SUPPRESSIONS),
    ),
    says="A suppression of any kind means no. Set aside: contacts without an address. " + _PRIVATE,
    remembered=True,
)

EXPORTS = (UNSUBSCRIBED, CLEANED, SUBSCRIBED, NONSUBSCRIBED, CONTACTS, KLAVIYO)
