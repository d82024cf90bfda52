import { createHash } from 'node:crypto';

/** A text that shows as it is, in an element or an attribute. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1c2430;background:#f4f5f7;margin:0}
main{max-width:22rem;margin:4rem auto;padding:2rem;background:#fff;border:1px solid #d5d9e0;border-radius:8px}
h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem}
input[type=text],input[type=password]{width:100%;box-sizing:border-box;font:inherit;padding:.45rem;border:1px solid #6b7788;border-radius:4px}
label.choice{display:flex;gap:.5rem;align-items:center}img{display:block;margin:.5rem 0;max-width:100%;border:1px solid #d5d9e0}
button{font:inherit;margin-top:1.25rem;padding:.5rem 1.25rem;border:0;border-radius:4px;background:#1d4fd7;color:#fff}
.error{margin:0 0 1rem;padding:.6rem .8rem;border-left:4px solid #b3261e;background:#fdecea}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** For pages that work without script; nothing in them runs, and nobody may frame them. */
export const plainPageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html;charset=UTF-8',
  'Content-Security-Policy': `default-src 'none'; img-src 'self'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
};

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
