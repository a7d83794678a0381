"""Customers and orders as shops export them. Addresses are kept as keyed hashes only; names, phones and streets never.

Shopify after public code that holds its headers, older ones from memory; WooCommerce's customers after the columns that
its pages name, the rest from memory.
"""

from __future__ import annotations

from ambassadors.exports.spec import Csv, Export, Section, hashed, moment

_SHOPIFY_TIME = "%Y-%m-%d %H:%M:%S %z"

SHOPIFY_ORDERS = Export(
    "shopify_orders",
    "Shopify orders",
    (
        (
            "",
            Csv(
                (
                    "Name",
                    "Email",
                    "Financial Status",
                    "Paid at",
                    "Currency",
                    "Subtotal",
                    "Total",
                    "Discount Code",
                    "Created at",
                    "Lineitem quantity",
                    "Lineitem name",
                    "Refunded Amount",
                    "Id",
                )
            ),
        ),
    ),
    (
        Section(
            "orders",
            "who bought when, for how much, with which discount code, and what was paid back",
            {
                "customer": hashed("Email"),
                "at": moment("Created at", form=_SHOPIFY_TIME),
                "amount": "Total",
                "order": "Name",
                "currency": "Currency",
                "code": "Discount Code",
                "refunded": "Refunded Amount",
            },
            {
                "where": {"Financial Status": ("paid", "partially_paid", "partially_refunded", "refunded")},
                "filled": ("Total", "Email"),
            },
        ),
    ),
    says="Set aside: further lines of an order, orders not paid, and orders without an address.",
)
SHOPIFY_CUSTOMERS = Export(
    "shopify_customers",
    "Shopify customers",
    (
        (
            "since 2022",
            Csv(("Customer ID", "Email", "Accepts Email Marketing", "Total Spent", "Total Orders", "Tax Exempt")),
        ),
        ("before 2022", Csv(("Email", "Accepts Email Marketing", "Total Spent", "Total Orders", "Tax Exempt"))),
        ("an old one", Csv(("Email", "Accepts Marketing", "Total Spent", "Total Orders", "Tax Exempt"))),
    ),
    (
        Section(
            "customers",
            "the customers, and who agrees to be written to",
            {
                "customer": hashed("Email"),
                "email_key": hashed("Email"),
                "consent": ("Accepts Email Marketing", "Accepts Marketing"),
            },
            {"filled": ("Email",)},
        ),
    ),
    says="Set aside: customers without an address.",
)
WOO_CUSTOMERS = Export(
    "woocommerce_customers",
    "WooCommerce customers",
    (
        ("", Csv(("Name", "Username", "Last Active", "Sign Up", "Email", "Orders", "Total Spend", "AOV"))),
        ("newer", Csv(("Name", "Username", "Last Active", "Date Registered", "Email", "Orders", "Total Spend", "AOV"))),
    ),
    (
        Section(
            "customers",
            "the customers, and since when",
            {
                "customer": hashed("Email"),
                "email_key": hashed("Email"),
                "since": (moment("Sign Up"), moment("Date Registered")),
            },
            {"filled": ("Email",)},
        ),
    ),
    says="It does not tell who agrees to be written to. Set aside: customers without an address.",
)
WOO_ORDERS = Export(
    "woocommerce_orders",
    "WooCommerce orders",
    (
        (
            "of an export plug-in",
            Csv(("order_id", "order_date", "status", "order_total", "order_currency", "billing_email")),
        ),
    ),
    (
        Section(
            "orders",
            "who bought when, and for how much",
            {
                "customer": hashed("billing_email"),
                "at": moment("order_date"),
                "amount": "order_total",
                "order": "order_id",
                "currency": "order_currency",
            },
            {"matching": {"status": r"(?i)^(?:wc-)?(?:completed|processing)$"}},
        ),
    ),
    says="Set aside: orders neither completed nor in work.",
    remembered=True,
)
WOO_ANALYTICS = Export(
    "woocommerce_analytics",
    "WooCommerce orders, as its analytics list them",
    (("", Csv(("Date", "Order #", "Status", "Customer", "Customer type", "Items sold", "Coupon(s)"))),),
    says="Nothing is read: it names customers without their addresses. Export the orders with billing_email.",
    remembered=True,
)

EXPORTS = (SHOPIFY_ORDERS, SHOPIFY_CUSTOMERS, WOO_CUSTOMERS, WOO_ORDERS, WOO_ANALYTICS)
