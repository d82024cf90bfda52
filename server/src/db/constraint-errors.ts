import { isPostgresError, type PostgresError } from './postgres/errors.ts';
import { sqliteErrorCode } from './sqlite/errors.ts';

/** What a statement was refused for, in the same terms on both databases. */
export interface ConstraintViolation {
  readonly kind: 'unique' | 'foreign-key' | 'check' | 'not-null';
  /** `table.column,column` where the database tells; for a foreign key SQLite tells nothing. */
  readonly columns: string | undefined;
  readonly constraint: string | undefined;
}

type Kind = ConstraintViolation['kind'];

// https://www.sqlite.org/rescode.html#constraint_unique and its neighbours.
const sqliteKinds: ReadonlyMap<number, Kind> = new Map([
  [2067, 'unique'],
  [1555, 'unique'],
  [2579, 'unique'],
  [787, 'foreign-key'],
  [275, 'check'],
  [1299, 'not-null'],
]);

// https://www.postgresql.org/docs/current/errcodes-appendix.html, class 23.
const postgresKinds: ReadonlyMap<string, Kind> = new Map([
  ['23505', 'unique'],
  ['23503', 'foreign-key'],
  ['23514', 'check'],
  ['23502', 'not-null'],
]);

export function constraintViolation(error: unknown): ConstraintViolation | undefined {
  if (isPostgresError(error)) return postgresViolation(error);
  const kind = sqliteKinds.get(sqliteErrorCode(error) ?? 0);
  return kind === undefined ? undefined : sqliteViolation(kind, (error as Error).message);
}

/**
 * Whether `error` says that these columns' values are taken already: `users.email_folded`, or
 * `group_members.group_id,user_id` in the order of the index. An index over an expression goes by its name.
 */
export function isUniqueViolation(error: unknown, ...columnsOrConstraint: string[]): boolean {
  const violation = constraintViolation(error);
  if (violation?.kind !== 'unique') return false;
  if (columnsOrConstraint.length === 0) return true;
  const { columns, constraint } = violation;
  return columnsOrConstraint.some((wanted) => wanted === columns || wanted === constraint);
}

export function isForeignKeyViolation(error: unknown): boolean {
  return constraintViolation(error)?.kind === 'foreign-key';
}

function postgresViolation({ code, table, column, constraint, detail }: PostgresError) {
  const kind = postgresKinds.get(code);
  if (kind === undefined) return undefined;
  // "Key (a, b)=(1, 2) already exists.": translated by the server's locale, but for the parentheses.
  const listed =
    column ??
    /\(([^()]+)\)=\(/
      .exec(detail ?? '')?.[1]
      ?.replaceAll(', ', ',')
      .replaceAll('"', '');
  const columns = table !== undefined && listed !== undefined ? `${table}.${listed}` : undefined;
  return { kind, columns, constraint };
}

/** Only the message names what was violated: "UNIQUE constraint failed: t.a, t.b" or "…: index 'name'". */
function sqliteViolation(kind: Kind, message: string): ConstraintViolation {
  const named = message.slice(message.indexOf(': ') + 2);
  if (kind === 'foreign-key' || named === message) return { kind, columns: undefined, constraint: undefined };
  const index = /^index '(.*)'$/.exec(named)?.[1];
  if (kind === 'check' || index !== undefined)
    return { kind, columns: undefined, constraint: index ?? named };
  const [first = '', ...others] = named.split(', ');
  const columns = [first, ...others.map((column) => column.slice(column.lastIndexOf('.') + 1))].join(',');
  return { kind, columns, constraint: undefined };
}
