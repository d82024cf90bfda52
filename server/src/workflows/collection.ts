import { fold } from '../lib/fold.ts';

/** Configured things of one kind, in their order, found by id and by name in any letter case. */
export interface Collection<T> {
  readonly all: readonly T[];
  byId(id: number): T | undefined;
  /** Of two things with one name, the first. */
  byName(name: string): T | undefined;
  /** By what clients put into an address or a body: an id as text. Junk finds nothing. */
  byIdText(id: string): T | undefined;
}

export function collection<T extends { readonly id: number; readonly name: string }>(
  all: readonly T[],
): Collection<T> {
  const ids = new Map(all.map((item) => [item.id, item]));
  const names = new Map(all.toReversed().map((item) => [fold(item.name), item]));
  return {
    all,
    byId: (id) => ids.get(id),
    byName: (name) => names.get(fold(name)),
    byIdText: (id) => (/^\d{1,15}$/.test(id) ? ids.get(Number(id)) : undefined),
  };
}
