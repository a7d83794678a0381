"""Texts that a spreadsheet might run or rewrite, and texts that it should leave in peace."""

from __future__ import annotations

#: What a stranger may write into a name, a handle, a post or a note, hoping that a spreadsheet runs it.
INJECTIONS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-cmd|' /C calc'!A0",
    "@cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("http://a.example","x")', '=DDE("cmd";"/C calc";"x")',
    '=WEBSERVICE("http://a.example")', '=IMPORTXML("http://a.example","//a")', "{=1+1}", "=1+1\n=1+1", '="a"', "= y",
    "\t=1+1", "\r=1+1", "\n=1+1", "\r\n=1+1", " =1+1", "  =1+1", "\u00a0=1+1", "\u2003=1+1", "\u200b=1+1", "\u200e=1+1",
    "\ufeff=1+1", "\u2060=1+1", "\x0b=1+1", "\x85=1+1", "\u2028=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1+1)",
    "\u200b＝1+1", "'=1+1", "''=1+1", '"=1+1"', '""=1', '"=1+1', "'\"=1+1",
    "x;=1+1", "x,=1+1", "x\t=1+1", "x|=1+1", "x =1+1", "x\n=1+1", "x\r=1+1", "x\r\n=1+1", "x; =1+1", "x, =1+1",
    "x;\u200b=1+1", "x;\u00a0=1+1", "x;\t=1+1", "x,\n=1+1", "x\n\n=1+1", "x;+1+1", "x,-1+1", "x\t+1+1", "x|-1+1",
    "x;@SUM(1+1)", "x;＝1+1", "x ＝1+1", "x\n- cmd|' /C calc'!A0", "x;- SUM(1)", "x =", "x;=", "x;= y", "x;==1+1",
    'a","=1+1', 'a";"=1+1', 'a"\t"=1+1', 'a",=1+1,"', 'a";=1+1;"', 'a"\n=1+1\n"', 'a"\n"=1+1"', 'x;"=1+1"',
    'x,""=1+1', 'x "=1+1"', '"x";=1+1', '";=1+1;"', '",=1+1,"', '" =1+1 "', ';"=1+1"', '"";"=1+1', "x;'=1+1",
    "x;=1+1;y", "; =1+1", ";=1+1", ",=1+1", "|=1+1", "=1+1;=1+1", ",;|\t=1+1", "x;y;=1+1", "=A1:of=1", ' " =',
)  # fmt: skip
#: Handles and other short texts that a spreadsheet takes for numbers, dates or truth values, and shows as others.
REWRITTEN = (
    "007", "1e5", "12E3", "123456789012", "1234567890123456789", "march1", "SEPT2", "may20", "jan-5", "5-mar", "3/4",
    "1-2", "1.50", "1,234", "12:30", "10pm", "2026-03-31", "50%", "true", "FALSE",
)  # fmt: skip
#: What people write and read every day.
ORDINARY = (
    "Ann", "ann_b", "bob.smith", "ann@mastodon.example", "x:007", "customer:1e5", "12345", "Hi, @ann", "Hi, @ann!",
    "call back - nice", "2 left - 1 sold", "a = b", "see you ;-)", "Oat, soy; no milk | maybe", "'Tis fine", "don't",
    "may", "Met her.\n- loves tea\n- call in June (late)", "mary5", "1st", "120 acts, the last on 2026-03-31.", "",
)  # fmt: skip
