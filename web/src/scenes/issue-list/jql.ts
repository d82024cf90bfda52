/** The simple filters, as the address holds them. */
export interface Filters {
  project?: string | undefined;
  status?: string | undefined;
  assignee?: string | undefined;
  text?: string | undefined;
}

export interface Order {
  field: string;
  direction: 'ASC' | 'DESC';
}

/** A value as JQL takes it anywhere: quoted, with backslash before quotes and backslashes. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** People who are not a name: the address says 'me' and 'nobody', JQL has its own words for both. */
const specialPeople: Record<string, string> = {
  me: 'assignee = currentUser()',
  nobody: 'assignee is EMPTY',
};

export function jqlOf(filters: Filters): string {
  const clauses = [
    filters.project && `project = ${quoted(filters.project)}`,
    filters.status && `status = ${quoted(filters.status)}`,
    filters.assignee && (specialPeople[filters.assignee] ?? `assignee = ${quoted(filters.assignee)}`),
    filters.text && `text ~ ${quoted(filters.text)}`,
  ];
  return clauses.filter(Boolean).join(' AND ');
}

/** Where 'ORDER BY' begins outside of quotes, or the text's end. */
function orderStart(jql: string): number {
  const token = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\border\s+by\b/gi;
  for (const match of jql.matchAll(token)) {
    if (/^order/i.test(match[0])) return match.index;
  }
  return jql.length;
}

/** The first column a query is sorted by; undefined when it leaves that open. */
export function orderOf(jql: string): Order | undefined {
  const tail = jql.slice(orderStart(jql)).replace(/^order\s+by\s+/i, '');
  const match = /^("[^"]*"|'[^']*'|[^\s,]+)(?:\s+(asc|desc))?/i.exec(tail);
  if (!match?.[1]) return undefined;
  const field = match[1].replace(/^["']|["']$/g, '').toLowerCase();
  return { field, direction: match[2]?.toUpperCase() === 'DESC' ? 'DESC' : 'ASC' };
}

export function withOrder(jql: string, order: Order): string {
  const where = jql.slice(0, orderStart(jql)).trim();
  return `${where} ORDER BY ${order.field} ${order.direction}`.trim();
}

/** '-updated' in the address is newest first. */
export function parseSort(sort: string | undefined): Order {
  if (!sort) return { field: 'updated', direction: 'DESC' };
  return sort.startsWith('-')
    ? { field: sort.slice(1), direction: 'DESC' }
    : { field: sort, direction: 'ASC' };
}

export function writeSort(order: Order): string {
  return order.direction === 'DESC' ? `-${order.field}` : order.field;
}
