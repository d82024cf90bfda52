/** Words with a meaning of their own in the grammar. */
export const jqlKeywords = [
  'AND',
  'OR',
  'NOT',
  'IN',
  'IS',
  'EMPTY',
  'NULL',
  'ORDER',
  'BY',
  'ASC',
  'DESC',
  'WAS',
  'CHANGED',
  'AFTER',
  'BEFORE',
  'DURING',
  'ON',
  'FROM',
  'TO',
  'CF',
] as const;

export type JqlKeyword = (typeof jqlKeywords)[number];

const keywordByWord: ReadonlyMap<string, JqlKeyword> = new Map(
  jqlKeywords.map((keyword) => [keyword.toLowerCase(), keyword]),
);

/**
 * Words that mean nothing but may not be used unquoted: Atlassian's page "Advanced searching", section
 * Reserved words. Those of the page that Atlassian's own parser accepts (an, are, it, the, …) are left out.
 */
const reserved: ReadonlySet<string> = new Set(
  `abort access add alias alter any as audit avg begin between boolean break byte catch char character check
  checkpoint collate collation column commit connect continue count create current date decimal declare
  decrement default defaults define delete delimiter difference distinct divide do double drop else encoding
  end equals escape exclusive exec execute exists explain false fetch file field first float for function go
  goto grant greater group having identified if immediate increment index initial inner inout input insert int
  integer intersect intersection into isempty isnull join last left less like limit lock long max min minus
  mode modify modulo more multiply next noaudit notin nowait number object of option outer output power
  previous prior privileges public raise raw remainder rename resource return returns revoke right row rowid
  rownum rows select session set share size sqrt start strict string subtract sum synonym table then trans
  transaction trigger true uid union unique update user validate values view when whenever where while with`.split(
    /\s+/,
  ),
);

/** All that may not stand in a query without quotes. */
export const reservedWords: readonly string[] = [
  ...new Set([...reserved, ...jqlKeywords.map((keyword) => keyword.toLowerCase())]),
].sort();

/** The longest of all those words; a longer one needs no look-up. */
const longest = Math.max(...[...reserved, ...jqlKeywords].map((word) => word.length));

export function keywordOf(word: string): JqlKeyword | undefined {
  return word.length > longest ? undefined : keywordByWord.get(word.toLowerCase());
}

export function isReservedWord(word: string): boolean {
  return word.length <= longest && reserved.has(word.toLowerCase());
}
