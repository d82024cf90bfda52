const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Plain text as HTML: escaped, blank lines between paragraphs, line breaks kept. No mark-up is read. */
export function renderedText(text: string): string {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
  return escaped
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((paragraph) => `<p>${paragraph.replaceAll(/\r?\n/g, '<br/>\n')}</p>`)
    .join('\n');
}
