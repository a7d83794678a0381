"""Mailing lists: who agreed to be written to, and who did not. Addresses are kept as keyed hashes only.

Mailchimp after public code that holds its headers; Klaviyo's words for consent after its documentation and memory.
"""

from __future__ import annotations

from ambassadors.exports.spec import Csv, Export, Section, hashed, moment

_MAILCHIMP = ("Email Address", "MEMBER_RATING", "OPTIN_TIME", "LAST_CHANGED", "LEID", "EUID")
_PRIVATE = "Names, phones and addresses of streets are not taken."


def _mailchimp(kind: str, title: str, gives: str, agrees: bool, sign: Csv) -> Export:
    columns = {
        "customer": hashed("Email Address"),
        "email_key": hashed("Email Address"),
        "consent": {"value": agrees},
        "since": moment("OPTIN_TIME", zone="UTC"),
    }
    return Export(
        f"mailchimp_{kind}",
        f"Mailchimp: {title}",
        (("", sign),),
        (Section("customers", gives, columns),),
        says=_PRIVATE,
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
    Csv(_MAILCHIMP, without=("UNSUB_TIME", "CLEAN_TIME")),
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
                },
            },
            {"filled": ("Email",)},
        ),
    ),
    says="Set aside: contacts without an address. " + _PRIVATE,
    remembered=True,
)

EXPORTS = (UNSUBSCRIBED, CLEANED, SUBSCRIBED, KLAVIYO)
