"""The style sheet of the HTML report: system fonts, light and dark, and a print layout that keeps cases whole."""

STYLE = """
:root { --paper:#fbfaf7; --card:#fff; --ink:#1d2126; --dim:#666d76; --line:#e3e0d8; --wire:#f4f2ec;
  --conforms:#2f7d4f; --lenient:#a86f00; --violates:#b3261e; --unanswered:#6a4fa3; }
@media (prefers-color-scheme: dark) { :root { --paper:#15171a; --card:#1d2024; --ink:#e6e4df; --dim:#9aa1aa;
  --line:#32363c; --wire:#121416; --conforms:#6fcf97; --lenient:#e3b341; --violates:#ff8a80; --unanswered:#b9a3ee; } }
* { box-sizing:border-box }
body { margin:0; background:var(--paper); color:var(--ink);
  font:1rem/1.55 system-ui,-apple-system,"Segoe UI",sans-serif }
main { max-width:62rem; margin:0 auto; padding:2.5rem 1.25rem 4rem }
code, pre, h1 { font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace }
h1 { font-size:1.55rem; line-height:1.25; margin:.1rem 0 1.1rem; overflow-wrap:anywhere }
h2 { font-size:1.25rem; margin:2.8rem 0 1rem }
h3 { font-size:1.02rem; margin:0 }
h4 { font-size:1rem; margin:0 0 .35rem; display:flex; flex-wrap:wrap; gap:.2rem .8rem; justify-content:space-between }
h4 code, small, .why, .note, footer, dt { color:var(--dim); font-weight:400 }
h4 code { font-size:.82rem }
small { font-size:.85em; margin-left:.3em }
.kicker { margin:0; color:var(--dim); font-size:.85rem; letter-spacing:.06em; text-transform:uppercase }
.facts { display:flex; flex-wrap:wrap; gap:.6rem 2.4rem; margin:0 0 1.2rem }
.facts dt { font-size:.8rem } .facts dd { margin:0 }
.verdict { margin:0; padding:.8rem 1rem; border-left:5px solid; background:var(--card);
  font-size:1.12rem; font-weight:600 }
.conforms { --tone:var(--conforms) } .lenient { --tone:var(--lenient) }
.violates { --tone:var(--violates) } .unanswered { --tone:var(--unanswered) }
.verdict { border-color:var(--tone) }
.tiles { display:grid; grid-template-columns:repeat(4,1fr); gap:.8rem; margin-bottom:1.4rem }
.tile { background:var(--card); border:1px solid var(--line); border-top:3px solid var(--tone); padding:.7rem .9rem;
  color:var(--dim) }
.tile b { display:block; font-size:1.7rem; line-height:1.2; color:var(--ink); font-variant-numeric:tabular-nums }
table { width:100%; border-collapse:collapse }
.scores th { text-align:left; font-weight:400; width:8.5rem; padding:.22rem 0 }
.scores td:last-child { width:5rem; text-align:right; color:var(--dim); font-variant-numeric:tabular-nums }
.bar { display:flex; gap:2px; height:.75rem } .bar i { flex-basis:0; background:var(--tone); min-width:3px }
.requirement { margin:1.8rem 0 .7rem } .requirement p { margin:.1rem 0 0; color:var(--dim) }
article { background:var(--card); border:1px solid var(--line); border-left:4px solid var(--tone); padding:1rem 1.1rem;
  margin:0 0 .9rem }
article p { margin:.35rem 0 } .why { font-size:.88rem }
.badge { color:var(--tone); font-weight:600 }
.wires { display:grid; grid-template-columns:1fr 1fr; gap:.8rem; margin-top:.8rem }
figure { margin:0; min-width:0 } figcaption { font-size:.75rem; color:var(--dim); margin-bottom:.2rem }
pre { margin:0; padding:.65rem .8rem; background:var(--wire); border:1px solid var(--line); font-size:.78rem;
  line-height:1.45; white-space:pre-wrap; overflow-wrap:anywhere; max-height:22rem; overflow:auto }
.cases td { padding:.2rem .8rem .2rem 0; border-bottom:1px solid var(--line); vertical-align:top; font-size:.9rem }
.cases td:last-child { text-align:right; color:var(--dim); padding-right:0 }
footer { margin-top:3rem; padding-top:1rem; border-top:1px solid var(--line); font-size:.85rem }
@media (max-width:44rem) { .wires { grid-template-columns:1fr } .tiles { grid-template-columns:1fr 1fr } }
@media print {
  :root { --paper:#fff; --card:#fff; --ink:#000; --dim:#555; --line:#ccc; --wire:#f6f6f6;
    --conforms:#2f7d4f; --lenient:#a86f00; --violates:#b3261e; --unanswered:#6a4fa3 }
  @page { margin:14mm } html { font-size:11.5px } body { line-height:1.4 } h2 { margin:1.6rem 0 .6rem }
  main { max-width:none; padding:0 } pre { max-height:none; font-size:.78rem }
  article, .scores tr, .cases tr, .tile { break-inside:avoid } h2, h3, .requirement { break-after:avoid }
  * { print-color-adjust:exact; -webkit-print-color-adjust:exact }
}
"""
