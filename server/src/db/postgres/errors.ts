// https://www.postgresql.org/docs/current/errcodes-appendix.html
const serializationFailure = '40001';
const deadlockDetected = '40P01';

/** What a PostgreSQL server says about an error; pg's class for it is not loaded while SQLite is used. */
export interface PostgresError extends Error {
  /** The SQLSTATE. */
  readonly code: string;
  readonly severity: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly detail?: string;
}

export function isPostgresError(error: unknown): error is PostgresError {
  if (!(error instanceof Error)) return false;
  const { code, severity } = error as Partial<PostgresError>;
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
}

export function isSerializationFailure(error: unknown): boolean {
  return isPostgresError(error) && (error.code === serializationFailure || error.code === deadlockDetected);
}
