import { expect, test } from 'vitest';
import { renderedText } from './rendered-text.ts';

test('rendered text is escaped and keeps its lines and paragraphs', () => {
  expect(renderedText('a <b>&"\'\r\nc\n\n \nd')).toBe('<p>a &lt;b&gt;&amp;&quot;&#39;<br/>\nc</p>\n<p>d</p>');
});
