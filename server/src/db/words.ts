/**
 * Texts are cut into words here, not by the database, so that both databases find the same: PostgreSQL's
 * own parser takes `QA-31` for `qa` and `-31` and `notes.txt` for a host name, and in a database with the
 * locale C knows no letters but ASCII's. The databases then only reduce words to their stems.
 */

/** Scripts written without spaces between words: each character counts as one, as in Lucene. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}]/gu;
const word = /[\p{L}\p{M}\p{N}]+/gu;

/** PostgreSQL indexes no word above 2 KB. */
const longestWord = 100;

/**
 * A text's words are indexed up to here: PostgreSQL takes 1 MB of distinct words per text at most. Jira's
 * own limit for texts is 32,767 characters.
 */
const longestText = 100_000;

export function wordsOf(text: string): string[] {
  const spaced = text.normalize('NFKC').toLowerCase().replace(unspaced, ' $& ');
  return Array.from(spaced.matchAll(word), ([found]) => cut(found, longestWord));
}

export function indexableText(text: string): string {
  return wordsOf(cut(text, longestText)).join(' ');
}

/** Never cuts a character in two. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).toWellFormed();
