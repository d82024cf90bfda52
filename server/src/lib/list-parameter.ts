import { Type } from 'typebox';

/** Texts that may be given once or several times: `?keys=A&keys=B`, `?keys=A,B`. */
export const listParameter = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));

export function listOf(value: string | readonly string[] | undefined): string[] {
  const parts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return parts.flatMap((part) => part.split(',')).flatMap((part) => part.trim() || []);
}
