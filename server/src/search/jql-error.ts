import { BadRequest } from '../errors.ts';

export interface TextPosition {
  /** Both count from 1, as Jira's messages do. */
  readonly line: number;
  readonly character: number;
}

/** Where in the query an offset lies; only ever computed for an error, so that parsing never counts lines. */
export function positionOf(source: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, character: offset - lineStart + 1 };
}

/** The query is not JQL. Its message is one sentence of Jira's, ending in the position where there is one. */
export class JqlSyntaxError extends BadRequest {
  readonly position: TextPosition | null;

  constructor(message: string, position: TextPosition | null) {
    const where = position ? ` (line ${position.line}, character ${position.character})` : '';
    super(`${message}${where}`);
    this.position = position;
  }
}
