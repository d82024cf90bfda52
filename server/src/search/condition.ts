import type { TextQuery, TextTarget } from '../db/full-text.ts';
import type { HistoryField } from '../issues/change-store.ts';
import type { IssueColumn, Place } from './search-fields.ts';

/**
 * What an issue must satisfy: a query after every name in it has become an id. There is no "not": each
 * condition has its own opposite, for in JQL the opposite of `=` is `!=`, and both leave out empty fields.
 */
export type Condition =
  | { readonly kind: 'anything' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  /** Has a value and it is (negated: none of its values is) one of these. */
  | {
      readonly kind: 'in';
      readonly place: Place;
      readonly values: ReadonlySet<string | number>;
      readonly negated: boolean;
      /** True of most issues, so that looking them up by it would be the long way round. */
      readonly common?: true;
    }
  /** Has a value (negated: has none). */
  | { readonly kind: 'filled'; readonly place: Place; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly place: Place;
      readonly operator: Comparison;
      readonly value: string | number;
    }
  /** The number in the key, of issues in one project. */
  | {
      readonly kind: 'number';
      readonly projectId: number;
      readonly operator: Comparison;
      readonly number: number;
    }
  | {
      readonly kind: 'text';
      readonly target: TextTarget;
      /** Of the target customField: which ones. */
      readonly fieldIds: readonly number[];
      readonly query: TextQuery;
      readonly negated: boolean;
    }
  /** Holds or once held (negated: never held) one of these, at some time of the period, brought about by one of `by`. */
  | {
      readonly kind: 'was';
      readonly field: HistoryField;
      readonly held: Held;
      readonly during: Period;
      readonly by: Held | undefined;
      readonly negated: boolean;
    }
  /** Was made, changed or commented by somebody in a period (negated: was not). */
  | {
      readonly kind: 'updatedBy';
      readonly userId: number;
      readonly during: Period;
      readonly negated: boolean;
    }
  /** Was once (negated: never) changed like this. */
  | {
      readonly kind: 'changed';
      readonly field: HistoryField;
      readonly from: Held | undefined;
      readonly to: Held | undefined;
      readonly during: Period;
      readonly by: Held | undefined;
      readonly negated: boolean;
    };

/** Some values of a field by their ids. */
export interface Held {
  readonly ids: ReadonlySet<number>;
  readonly orEmpty: boolean;
}

/** Instants, both within; infinite: open. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export const always: Period = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export type Comparison = '<' | '<=' | '>' | '>=';

export const anything: Condition = { kind: 'anything' };
export const nothing: Condition = { kind: 'nothing' };

export const inColumn = (column: IssueColumn, values: Iterable<number>): Condition =>
  isIn({ in: 'issue', column, optional: false }, values, false);

export function isIn(place: Place, values: Iterable<string | number>, negated: boolean): Condition {
  const set = new Set(values);
  if (set.size > 0) return { kind: 'in', place, values: set, negated };
  return negated ? filled(place, false) : nothing;
}

export function filled(place: Place, negated: boolean): Condition {
  const always = place.in === 'issue' && !place.optional;
  if (always) return negated ? nothing : anything;
  return { kind: 'filled', place, negated };
}

export const all = (parts: readonly Condition[]): Condition => joined('and', parts);
export const any = (parts: readonly Condition[]): Condition => joined('or', parts);

function joined(kind: 'and' | 'or', some: readonly Condition[]): Condition {
  const [neutral, decisive] = kind === 'and' ? [anything, nothing] : [nothing, anything];
  const parts: Condition[] = [];
  for (const part of some) {
    if (part.kind === decisive.kind) return decisive;
    if (part.kind === neutral.kind) continue;
    if (part.kind === kind) parts.push(...part.parts);
    else parts.push(part);
  }
  const merged = merge(kind, parts);
  return merged.length <= 1 ? (merged[0] ?? neutral) : { kind, parts: merged };
}

/**
 * `key = A-1 or key = A-2 or …` is one list of keys, and several texts to look for in one place are one
 * query: two thousand clauses cost the database as much as one.
 */
function merge(kind: 'and' | 'or', parts: readonly Condition[]): Condition[] {
  const merged: Condition[] = [];
  const lists = new Map<string, { at: number; values: Set<string | number> }>();
  const texts = new Map<string, { at: number; queries: TextQuery[] }>();
  for (const part of parts) {
    // A value is one of several, or is none of several.
    if (part.kind === 'in' && part.negated === (kind === 'and')) {
      const key = placeKey(part.place);
      const list = lists.get(key);
      if (list === undefined) {
        lists.set(key, { at: merged.length, values: new Set(part.values) });
        merged.push(part);
      } else {
        for (const value of part.values) list.values.add(value);
        merged[list.at] = { ...part, values: list.values };
      }
    } else if (part.kind === 'text' && part.negated === (kind === 'and')) {
      const key = `${part.target} ${part.fieldIds}`;
      const text = texts.get(key);
      if (text === undefined) {
        texts.set(key, { at: merged.length, queries: [part.query] });
        merged.push(part);
      } else {
        text.queries.push(part.query);
        merged[text.at] = { ...part, query: { kind: 'or', parts: text.queries } };
      }
    } else {
      merged.push(part);
    }
  }
  return merged;
}

const placeKey = (place: Place): string => {
  if (place.in === 'issue') return place.column;
  return place.in === 'custom' ? `${place.column} ${place.fieldId}` : place.in;
};
