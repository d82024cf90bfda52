import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** `%` and `_` of what people type stand for themselves. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Conditions on a column of folded text. */
export const startsWith = (column: string, folded: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} like ${`${literal(folded)}%`} escape '\\'`;

export const contains = (column: string, folded: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} like ${`%${literal(folded)}%`} escape '\\'`;
