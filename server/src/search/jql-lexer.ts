import { JqlSyntaxError, positionOf } from './jql-error.ts';
import { isReservedWord, type JqlKeyword, keywordOf } from './jql-words.ts';

export type JqlSymbol = '(' | ')' | '[' | ']' | ',' | '=' | '!=' | '<' | '>' | '<=' | '>=' | '~' | '!~';

export interface JqlToken {
  readonly kind: 'word' | 'string' | 'keyword' | 'symbol' | 'end';
  /** Words and strings without quotes and escapes; anything else as typed. */
  readonly text: string;
  /** `&&`, `||` and `!` are keywords too. */
  readonly keyword: JqlKeyword | null;
  readonly at: number;
}

/** Hands out a query's tokens one by one; `end` for ever after the last. Each character is looked at once. */
export interface JqlLexer {
  next(): JqlToken;
}

const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  ' ': ' ',
};

const blank = /\s+/y;
const plainWord = /[^\s\p{Cc}\uFFFE\uFFFF"'\\=!<>()[\],&|~{}*/%+^$#@?;]+/uy;
const plainQuoted: Readonly<Record<string, RegExp>> = {
  '"': /[^"\\\0-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFE\uFFFF]+/y,
  "'": /[^'\\\0-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFE\uFFFF]+/y,
};
const symbols = /[=(),[\]~]|[<>]=?|![=~]/y;
const joiners = /&&?|\|\|?|!/y;
const hexCode = /[0-9a-fA-F]{4}/y;
const reservedCharacter = /[{}*/%+^$#@?;]/;

export function jqlLexer(source: string): JqlLexer {
  let at = 0;

  const fail = (message: string, offset: number): never => {
    throw new JqlSyntaxError(`Error in the JQL Query: ${message}`, positionOf(source, offset));
  };

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  /** One backslash and what follows it. */
  const takeEscape = (): string => {
    const start = at;
    const letter = source[start + 1];
    at += 2;
    if (letter === 'u') {
      const code = take(hexCode);
      // A NUL can be neither stored nor compared in PostgreSQL; no text in an issue holds one.
      if (code !== undefined && code !== '0000') return String.fromCharCode(Number.parseInt(code, 16));
    } else if (letter !== undefined && Object.hasOwn(escapes, letter)) {
      return escapes[letter]!;
    }
    const valid = `The valid escape sequences are \\', \\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX.`;
    if (letter === undefined) return fail(`The escape sequence has not been completed. ${valid}`, start);
    const seen = letter === 'u' ? source.slice(start, start + 6) : `\\${letter}`;
    return fail(`'${seen}' is an illegal JQL escape sequence. ${valid}`, start);
  };

  const illegalCharacter = (): never => {
    const character = source[at]!;
    const code = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    if (reservedCharacter.test(character)) {
      return fail(
        `The character '${character}' is a reserved JQL character. You must enclose it in a string or use the escape '${code}' instead.`,
        at,
      );
    }
    return fail(`The character '${character}' must be escaped. Use the escape '${code}' instead.`, at);
  };

  const takeQuoted = (quote: string): JqlToken => {
    const start = at;
    at += 1;
    let text = '';
    for (;;) {
      text += take(plainQuoted[quote]!) ?? '';
      const character = source[at];
      if (character === quote) {
        at += 1;
        return { kind: 'string', text, keyword: null, at: start };
      }
      if (character === undefined) {
        return fail(
          text === ''
            ? 'The quoted string has not been completed.'
            : `The quoted string '${text}' has not been completed.`,
          start,
        );
      }
      if (character !== '\\') return illegalCharacter();
      text += takeEscape();
    }
  };

  const takeWord = (): JqlToken => {
    const start = at;
    let text = '';
    let escaped = false;
    for (;;) {
      text += take(plainWord) ?? '';
      if (source[at] !== '\\') break;
      text += takeEscape();
      escaped = true;
    }
    if (at === start) return illegalCharacter();
    // `\u0061nd` is the text "and", not the keyword.
    const keyword = escaped ? undefined : keywordOf(text);
    if (keyword) return { kind: 'keyword', text, keyword, at: start };
    if (!escaped && isReservedWord(text)) {
      return fail(
        `'${text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query.`,
        start,
      );
    }
    return { kind: 'word', text, keyword: null, at: start };
  };

  return {
    next() {
      take(blank);
      const start = at;
      const first = source[start];
      if (first === undefined) return { kind: 'end', text: '', keyword: null, at: start };
      if (first === '"' || first === "'") return takeQuoted(first);
      const symbol = take(symbols);
      if (symbol !== undefined) return { kind: 'symbol', text: symbol, keyword: null, at: start };
      const joiner = take(joiners);
      if (joiner === undefined) return takeWord();
      const keyword = joiner === '!' ? 'NOT' : joiner.startsWith('&') ? 'AND' : 'OR';
      return { kind: 'keyword', text: joiner, keyword, at: start };
    },
  };
}
