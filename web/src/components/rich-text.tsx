import { createElement, Fragment, type ReactNode } from 'react';
import { siteUrl } from '../api/base.ts';
import classes from './rich-text.module.css';

/** Text that people wrote: the server's rendering of its markup where there is one, else the text as it is. */
export function RichText({ text, html }: { text: string; html?: string | null | undefined }) {
  if (html) return <div className={classes.rich}>{elementsOf(html)}</div>;
  return <div className={classes.plain}>{withLinks(text)}</div>;
}

const allowed = new Set(
  'p br ul ol li blockquote pre code tt em strong b i u ins del s sub sup hr table thead tbody tr th td div span dl dt dd cite a img h1 h2 h3 h4 h5 h6 small'.split(
    ' ',
  ),
);
const dropped = new Set(
  'script style iframe object embed template svg math form input button select textarea link meta base title noscript'.split(
    ' ',
  ),
);
const empty = new Set(['br', 'hr', 'img']);

/**
 * Rebuilds HTML as React elements out of a list of harmless tags. Nothing of the text reaches the page as
 * markup, so a hole in the server's renderer does not become a script here; a template's content is inert.
 */
function elementsOf(html: string): ReactNode {
  const template = document.createElement('template');
  template.innerHTML = html;
  return childrenOf(template.content, 0);
}

function childrenOf(parent: ParentNode & Node, depth: number): ReactNode[] {
  return Array.from(parent.childNodes, (node, at) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    // Deeper than any text somebody wrote: cut, before the recursion costs something.
    if (!(node instanceof Element) || depth > 60) return null;
    const tag = node.tagName.toLowerCase();
    if (dropped.has(tag)) return null;
    const key = `${at}`;
    if (!allowed.has(tag)) return <Fragment key={key}>{childrenOf(node, depth + 1)}</Fragment>;
    const props = { key, ...propsOf(tag, node) };
    return empty.has(tag)
      ? createElement(tag, props)
      : createElement(elementFor(tag), props, ...childrenOf(node, depth + 1));
  });
}

/** The page's own headings end at level 2; what people write hangs below them. */
function elementFor(tag: string): string {
  const level = /^h([1-6])$/.exec(tag)?.[1];
  return level ? `h${Math.min(6, Number(level) + 2)}` : tag;
}

function propsOf(tag: string, element: Element): Record<string, string> {
  if (tag === 'a') {
    const href = safeUrl(element.getAttribute('href'), ['http:', 'https:', 'mailto:']);
    return href ? { href, rel: 'noopener noreferrer nofollow' } : {};
  }
  if (tag === 'img') {
    const src = safeUrl(element.getAttribute('src'), ['http:', 'https:']);
    const own = src && new URL(src).origin === new URL(siteUrl).origin;
    return { alt: element.getAttribute('alt') ?? '', ...(own ? { src } : {}) };
  }
  return {};
}

function safeUrl(address: string | null, schemes: string[]): string | undefined {
  if (!address || !URL.canParse(address, siteUrl)) return undefined;
  const url = new URL(address, siteUrl);
  return schemes.includes(url.protocol) ? url.href : undefined;
}

function withLinks(text: string): ReactNode[] {
  return text.split(/(https?:\/\/[^\s<>"'\])]+[^\s<>"'\]).,;:!?])/).map((part, at) => {
    if (at % 2 === 0) return part;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
      <a key={at} href={part} rel="noopener noreferrer nofollow">
        {part}
      </a>
    );
  });
}
