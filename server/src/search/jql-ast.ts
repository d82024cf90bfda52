/**
 * A JQL query as written: names and values are text, and nothing is known yet of fields or of what
 * exists. Every node says where it starts: `at` is an offset into the source.
 */
export interface JqlQuery {
  /** null: no condition, every issue. */
  readonly where: JqlClause | null;
  readonly orderBy: readonly JqlSort[];
}

export type JqlClause = JqlGroup | JqlNot | JqlTerm;

/** Two clauses or more. `a and b and c` is one group of three, so that depth does not grow with length. */
export interface JqlGroup {
  readonly kind: 'and' | 'or';
  readonly clauses: readonly JqlClause[];
  readonly at: number;
}

export interface JqlNot {
  readonly kind: 'not';
  readonly clause: JqlClause;
  readonly at: number;
}

export interface JqlTerm {
  readonly kind: 'term';
  readonly field: JqlField;
  readonly operator: JqlOperator;
  /** null for `changed`, which takes none. */
  readonly operand: JqlOperand | null;
  /** Of `was` and `changed` only. */
  readonly predicates: readonly JqlPredicate[];
  readonly at: number;
}

export type JqlOperator =
  | '='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '~'
  | '!~'
  | 'in'
  | 'not in'
  | 'is'
  | 'is not'
  | JqlHistoryOperator;

export type JqlHistoryOperator = 'was' | 'was not' | 'was in' | 'was not in' | 'changed';

export const jqlHistoryOperators: ReadonlySet<JqlOperator> = new Set<JqlOperator>([
  'was',
  'was not',
  'was in',
  'was not in',
  'changed',
]);

export interface JqlField {
  /** As written, without quotes and escapes: `Story Points`, `cf[10001]`, `issue.property`. */
  readonly name: string;
  /** 10001 of `cf[10001]`. */
  readonly customFieldId: number | null;
  /** `[key].path` behind the name. */
  readonly property: JqlProperty | null;
  readonly at: number;
}

export interface JqlProperty {
  readonly key: string;
  /** `a.b` of `issue.property[key].a.b`; empty: the property's value itself. */
  readonly path: string;
}

export type JqlOperand = JqlValue | JqlEmpty | JqlFunction | JqlList;

export interface JqlValue {
  readonly kind: 'value';
  readonly value: string;
  readonly quoted: boolean;
  readonly at: number;
}

export interface JqlEmpty {
  readonly kind: 'empty';
  readonly at: number;
}

export interface JqlFunction {
  readonly kind: 'function';
  readonly name: string;
  readonly args: readonly string[];
  readonly at: number;
}

export interface JqlList {
  readonly kind: 'list';
  readonly items: readonly JqlOperand[];
  readonly at: number;
}

export interface JqlPredicate {
  readonly name: 'after' | 'before' | 'during' | 'on' | 'from' | 'to' | 'by';
  readonly operand: JqlOperand;
  readonly at: number;
}

export interface JqlSort {
  readonly field: JqlField;
  /** null: the field's own default. */
  readonly direction: 'asc' | 'desc' | null;
}
