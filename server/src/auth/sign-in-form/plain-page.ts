import { createHash } from 'node:crypto';
import { plainPageHeaders as headersFor } from '../../http/response-headers.ts';

/** A text that shows as it is, in an element or an attribute. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The colours of the web app, in what needs no script. */
const style = `:root{color-scheme:light dark;--page:#fbfaf8;--surface:#fff;--ink:#26231f;--dim:#6a655d;--line:#d3cec6;--accent:#0e6759;--on-accent:#fff;--wrong:#b3261e;--wrong-soft:#fdf0ee}
@media (prefers-color-scheme:dark){:root{--page:#171614;--surface:#1e1d1a;--ink:#e4e1db;--dim:#a09a91;--line:#46423d;--accent:#7bcbb9;--on-accent:#171614;--wrong:#f2938c;--wrong-soft:#35211f}}
body{font:14px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;color:var(--ink);background:var(--page);margin:0;padding:0 16px}
main{max-width:360px;margin:10vh auto 48px;padding:28px;background:var(--surface);border:1px solid var(--line);border-radius:8px}
h1{font-size:22px;line-height:1.3;letter-spacing:-.012em;margin:0 0 16px;overflow-wrap:anywhere}
p{margin:8px 0}a{color:var(--accent)}label{display:block;margin:14px 0 4px;font-weight:500}
input[type=text],input[type=password]{width:100%;box-sizing:border-box;font:inherit;color:inherit;background:var(--page);padding:8px 12px;border:1px solid var(--line);border-radius:5px}
label.choice{display:flex;gap:8px;align-items:center}input[type=checkbox]{accent-color:var(--accent);width:18px;height:18px;margin:0}
img{display:block;box-sizing:border-box;margin:8px 0;max-width:100%;height:auto;border:1px solid var(--line);border-radius:5px}
button{font:inherit;font-weight:600;width:100%;margin-top:20px;padding:9px 18px;border:0;border-radius:5px;background:var(--accent);color:var(--on-accent);cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.error{margin:0 0 16px;padding:6px 12px;border-radius:5px;background:var(--wrong-soft);color:var(--wrong)}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** For pages that work without script; nothing in them runs, and nobody may frame them. */
export const plainPageHeaders = headersFor(`sha256-${styleHash}`);

/** A page without script; `content` is HTML, its texts escaped by the caller. */
export const plainPage = (title: string, content: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`;

export const errorBox = (messages: readonly string[]): string =>
  messages.length === 0
    ? ''
    : `<div class="error" role="alert">${messages.map((text) => `<p>${escaped(text)}</p>`).join('')}</div>\n`;
