"""What a stranger types to make a page run their script, or a database their statement."""

from collections.abc import Iterator

# Each tries to call x(), which the journey in test_hostile.py puts into every page, to open a dialogue, or to put an
# element with the id zq into the page. None is longer than the shortest field, so that each fits into every one.
SCRIPTS = (
    # an element that runs something
    "<script>x()</script>",
    "<ScRiPt>x()</sCrIpT>",
    "<script src=//e.test/x.js></script>",
    "<script>x()",
    "</script><script>x()</script>",
    "</title><script>x()</script>",
    "</textarea><script>x()</script>",
    "</style><script>x()</script>",
    "</option></select><script>x()</script>",
    "<img src=q onerror=x()>",
    "<img/src='q'/onerror=x()>",
    "<img src=q onerror\x0b=x()>",
    "<body onload=x()>",
    "<input autofocus onfocus=x()>",
    "<details open ontoggle=x()>",
    "<video><source onerror=x()></video>",
    "<audio src=q onerror=x()>",
    "<iframe src=javascript:x()>",
    "<iframe srcdoc='<script>parent.x()</script>'>",
    "<object data=javascript:x()>",
    "<embed src=javascript:x()>",
    "<base href=//e.test/>",
    "<meta http-equiv=refresh content='0;javascript:x()'>",
    "<link rel=stylesheet href=//e.test/x.css>",
    "<style>*{background:url(//e.test)}</style>",
    "<style>@import'//e.test/x.css'</style>",
    "<form action=//e.test><button id=zq>x</button>",
    "<i id=zq>x</i>",
    "<isindex action=javascript:x() type=image>",
    # drawings and formulas
    "<svg onload=x()>",
    "<svg><script>x()</script></svg>",
    "<svg><animate onbegin=x() attributeName=x>",
    "<svg><use href='data:image/svg+xml,<svg id=zq/>#zq'>",
    "<svg><a href=javascript:x()><text id=zq>x",
    "<math><mi xlink:href=javascript:x() id=zq>x",
    # out of an attribute
    '"><script>x()</script>',
    "'><script>x()</script>",
    '" onmouseover=x() autofocus onfocus=x() "',
    "' onfocus=x() autofocus id='zq",
    "` onfocus=x() autofocus `",
    '" style=background:url(//e.test) "',
    "x onerror=x() y",
    # addresses
    "javascript:x()",
    "JaVaScRiPt:x()//",
    "java\tscript:x()",
    "data:text/html,<script>x()</script>",
    "//e.test/%2e%2e",
    # out of a script, a template or a sheet
    "';x();//",
    "\\u003cscript\\u003ex()\\u003c/script\\u003e",
    "{{7|add:7}}{% debug %}",
    "${x()}#{x()}{{constructor.constructor('x()')()}}",
    "]]><script>x()</script>",
    "<!--><script>x()</script>-->",
    # already encoded, and read differently twice
    "&lt;script&gt;x()&lt;/script&gt;",
    "&#60;img src=q onerror=x()&#62;",
    "%3Cscript%3Ex()%3C/script%3E",
    "<noscript><p title='</noscript><img src=q onerror=x()>'>",
    "<svg></p><style><a id='</style><img src=q onerror=x()>'>",
    # marked-up text, other directions, other widths
    '[x](javascript:x())![q](q"onerror="x())',
    "\u202e<script>x()</script>\u2066\uff1cscript\uff1ex()",
)


def packed(payloads: tuple[str, ...], room: int) -> list[str]:
    """Return texts of at most so many characters that hold all payloads between them."""
    texts: list[str] = []
    for payload in payloads:
        if texts and len(texts[-1]) + 1 + len(payload) <= room:
            texts[-1] += f" {payload}"
        else:
            texts.append(payload)
    return texts


def held(text: str, payloads: tuple[str, ...] = SCRIPTS) -> Iterator[str]:
    """Yield the payloads in a text."""
    yield from (payload for payload in payloads if payload in text)


# Every statement holds this word, so that a journal of statements shows where one was taken for SQL.
MARK = "zqx"
STATEMENTS = tuple(
    text.replace("zqx", MARK)
    for text in (
        "'zqx",
        '"zqx',
        "`zqx",
        "zqx\\",
        "zqx\\'",
        "zqx''",
        "' OR 'zqx'='zqx",
        '" OR "zqx"="zqx',
        "zqx' OR 1=1 --",
        "zqx' OR 1=1 #",
        "zqx' OR 1=1/*",
        "zqx') OR ('a'='a",
        "zqx')) OR (('a'='a",
        "1 OR zqx=zqx",
        "-1 UNION SELECT 'zqx'",
        "zqx' UNION SELECT NULL,NULL,NULL --",
        "zqx' UNION ALL SELECT password FROM accounts_user --",
        "zqx'; DROP TABLE audit_event; --",
        "zqx'; UPDATE accounts_user SET is_active=false; --",
        "zqx'; DELETE FROM missions_posting; --",
        "zqx'; INSERT INTO missions_posting DEFAULT VALUES; --",
        "zqx'; COPY accounts_user TO PROGRAM 'id'; --",
        "zqx'; SELECT pg_sleep(5); --",
        "zqx'||pg_sleep(5)||'",
        "zqx' AND (SELECT 1 FROM pg_sleep(5)) IS NULL --",
        "zqx' AND 1=CAST(version() AS int) --",
        "zqx' AND 1=(SELECT count(*) FROM pg_user) --",
        "zqx'||(SELECT sqlite_version())||'",
        "zqx' AND randomblob(500000000) --",
        "zqx'; ATTACH DATABASE '/tmp/zqx' AS zqx; --",
        "zqx'; PRAGMA writable_schema=1; --",
        "zqx'/**/OR/**/1=1",
        "zqx' oR 1=1 LiMiT 1 --",
        "zqx%' OR '%'='",
        "%zqx%",
        "_zqx_",
        "%%zqx%%s%(x)s{0}?$1",
        "$$zqx$$",
        "E'zqx\\\\''",
        "U&'\\0027zqx'",
        "\u02bczqx\u2019 OR \uff071\uff07=\uff071",
        "zqx%27%20OR%201=1",
        "zqx;",
        "zqx) FROM accounts_user; --",
        "id__zqx__gt",
        "created_by__password__startswith=zqx",
    )
)
