"""The style of the page of differences: light and dark, wide and narrow, on paper."""

STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --muted: #5a5a5a; --page: #fff;
  --line: #d0d0d0; --new: #0b5d1e; --new-back: #e2f4e4; --old: #9b1c1c;
  --old-back: #fbe6e4; --link: #1a4f9c; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root {
  --text: #e8e8e6; --muted: #a9a9a6; --page: #161718; --line: #44474a;
  --new: #8fe3a0; --new-back: #16301c; --old: #ffaaa2; --old-back: #3b1b1a; --link: #9cc3ff;
  --warn: #f0bf5a; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; overflow-wrap: break-word; }
:lang(zh-Hans) { font-family: "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  line-height: 1.75; }
h1, h2, h3 { font-family: Charter, "Iowan Old Style", Cambria, Georgia, serif; line-height: 1.25; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 0.5rem; }
h4 { font-size: 1rem; margin: 1.1rem 0 0.3rem; }
p { margin: 0.35rem 0; }
a { color: var(--link); }
small, summary, caption { color: var(--muted); }
code { font-size: 0.85em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.counts { padding-left: 1.2rem; }
.keys { font-size: 0.8rem; padding-left: 1.2rem; overflow-wrap: anywhere; }
.warning { border-left: 4px solid var(--warn); padding-left: 0.75rem; }

ins, del { border-radius: 2px; padding: 0 1px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
ins { color: var(--new); background: var(--new-back); text-decoration: underline; text-underline-offset: 2px; }
del { color: var(--old); background: var(--old-back); text-decoration: line-through; }
/* Said by screen readers, which pass over the elements themselves. */
ins::before, ins::after, del::before, del::after { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
ins::before { content: " [inserted: "; } del::before { content: " [deleted: "; }
ins::after, del::after { content: "] "; }

.changed, .inserted, .deleted { border-left: 3px solid var(--line); padding-left: 0.75rem; margin-left: -0.9rem; }
.inserted { border-left: 3px solid var(--new); }
.deleted { border-left: 3px dashed var(--old); }
.sign { color: var(--muted); font: 0.72rem/1.4 system-ui, sans-serif; border: 1px solid var(--line);
  border-radius: 1rem; padding: 0.02rem 0.5rem; white-space: nowrap; vertical-align: 0.08em; }
details { margin: 0.35rem 0; }
summary { cursor: pointer; font-size: 0.85rem; width: fit-content; padding: 0.2rem 0; }
details > p, details > h4 { color: var(--muted); }

table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.4; table-layout: fixed; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem 0.4rem 0; font-weight: 400;
  overflow-wrap: anywhere; }
thead th { font-weight: 600; border-bottom: 2px solid var(--line); }
tbody tr { border-bottom: 1px solid var(--line); }
td { font-variant-numeric: tabular-nums; }
th small { display: block; line-height: 1.3; }

/* On a phone a row is a small card: what it is, then old, new and change under it. */
@media screen and (max-width: 40rem) {
  main { padding: 0.75rem 1rem 3rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, tbody th, tbody td { display: block; width: auto; }
  tbody tr { padding: 0.5rem 0; }
  tbody th, tbody td { padding: 0.1rem 0; }
  td:not(:empty) { display: grid; grid-template-columns: 4.2rem minmax(0, 1fr); }
  td::before { content: attr(data-column); color: var(--muted); font-size: 0.8rem; grid-row: 1 / span 9; }
  td > * { grid-column: 2; }
  td:empty { display: none; }
}
@media print { details { display: none; } }
"""
