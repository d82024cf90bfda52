import { jiraTime } from '../lib/jira-time.ts';
import type { Wire } from '../wire.ts';
import type { Reference } from '../workflows/reference.ts';
import type { Change, ChangeItem } from './change-store.ts';
import type { Changelog } from './changelog.ts';
import { type PeopleJson, peopleJson } from './people-json.ts';

/** As `expand=changelog` shows it inside an issue. */
export function historiesJson(log: Changelog, wire: Wire) {
  return {
    startAt: log.startAt,
    maxResults: log.changes.length,
    total: log.total,
    histories: changesJson(log, wire),
  };
}

/** As the changelog resource shows a page of it. */
export function changelogJson(log: Changelog, issueIdOrKey: string, wire: Wire) {
  const { startAt, maxResults, total, changes } = log;
  const page = (at: number) =>
    `${wire.base}/rest/api/2/issue/${encodeURIComponent(issueIdOrKey)}/changelog?maxResults=${maxResults}&startAt=${at}`;
  const end = startAt + changes.length;
  const isLast = end >= total;
  return {
    self: page(startAt),
    ...(!isLast && { nextPage: page(end) }),
    maxResults,
    startAt,
    total,
    isLast,
    values: changesJson(log, wire),
  };
}

function changesJson({ changes, users, reference }: Changelog, wire: Wire) {
  const person = peopleJson(users, wire);
  return changes.map((change) => changeJson(change, reference, person));
}

function changeJson(change: Change, reference: Reference, person: PeopleJson) {
  const author = person(change.authorId);
  return {
    id: String(change.id),
    ...(author && { author }),
    created: jiraTime(change.createdAt),
    items: change.items.map((item) => itemJson(item, reference)),
  };
}

function itemJson(item: ChangeItem, { customFieldsByKey }: Reference) {
  const custom = item.fieldType === 'custom' ? customFieldsByKey.get(item.field) : undefined;
  return {
    // Jira writes a custom field by its name here.
    field: custom?.name ?? item.field,
    fieldtype: item.fieldType,
    fieldId: item.field,
    from: item.from,
    fromString: item.fromString,
    to: item.to,
    toString: item.toString,
  };
}
