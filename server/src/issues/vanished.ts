import { isForeignKeyViolation } from '../db/constraint-errors.ts';
import { Conflict } from '../errors.ts';

/** What a request names was looked up before the write began; somebody may have deleted it since. */
export async function refusingVanished<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new Conflict({
      messages: ['Something that the request names was deleted at the same moment. Try again.'],
      cause: error,
    });
  }
}
