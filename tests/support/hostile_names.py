"""Display names that want to be taken for something else."""
# ruff: noqa: RUF001 - ambiguous letters are what they are about

HOSTILE_NAMES = (
    # addresses
    *("https://evil.example", "evil.example", "www.evil", "http:evil", "matrix.to/#/@alice:test"),
    *(
        "https://matrix.to/#/@alice:test",
        "mailto:a@b",
        "evil\u3002com",
        "ｅｖｉｌ．ｃｏｍ",
        "10.0.0.1",
        "a.b/c",
    ),
    *(
        "javascript:alert(1)",
        "tel:+4930",
        "evil\u2024com",
        "\\\\evil\\share",
        "ev\u200bil.ex\u200bample",
    ),
    # other people, and everybody
    *("@alice:test", "alice:test", "@room", "＠room", "@alice", "\ufe6bbob:test", "@\u200broom"),
    # amounts
    *(
        "5 USD",
        "5USD",
        "USD 5",
        "$5",
        "5 €",
        "€5",
        "1'000 CHF",
        "5 dollars",
        "5 euros",
        "¥500",
        "£5",
    ),
    *("５ ＵＳＤ", "5\u00a0USD", "5 U\u200bSD", "Bob 5.00 usd", "\u0665 USD", "﹩5", "＄5"),
    # nothing that is seen
    *(
        "",
        " ",
        "\u200b",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\u2800",
        "\u00ad",
        "\u034f",
        "\u2060",
        "\x00",
    ),
    *("\u202e", "\U000e0041", "...", "🔓", "---"),
    # markup
    *("`!ppv cancel`", "</a>", "<b>Alice</b>", "[a](https://evil.example)"),
)
"""Those that may be shown changed, or as an id alone."""

BENT_NAMES = (
    "Alice\n🔓 pay here",
    "Alice\u2028Bob",
    "\u202eecilA",
    "Alice\u2066",
    "A" * 500,
    "A" + "\u0301" * 200,
    "شركة",
    "אליס",
    "Alice\u200b\u200bBob",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳",
)
"""Those that are shown, but not as they are."""
