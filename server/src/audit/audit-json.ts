import { jiraTime } from '../lib/jira-time.ts';
import type { AuditRecord } from './audit-store.ts';
import { eventKind } from './events.ts';

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** What a record is called; one that an administrator added through Jira's resource says so itself. */
function kindOf({ event, detail }: AuditRecord): { summary: string; category: string } {
  const kind = eventKind(event);
  if (event !== 'audit.record-added') return kind;
  return {
    summary: textOr(detail?.summary, kind.summary),
    category: textOr(detail?.category, kind.category),
  };
}

export function recordJson(record: AuditRecord) {
  const { actor, actorName, subject, subjectType, subjectId } = record;
  return {
    id: String(record.id),
    at: jiraTime(record.at),
    event: record.event,
    ...kindOf(record),
    outcome: record.outcome,
    actor:
      actorName === null
        ? null
        : { name: actorName, key: actor?.key ?? null, displayName: actor?.displayName ?? null },
    via: record.via,
    credentialId: record.credentialId === null ? null : String(record.credentialId),
    address: record.address,
    userAgent: record.userAgent,
    requestId: record.requestId,
    subject:
      subject === null && subjectType === null
        ? null
        : { type: subjectType, id: subjectId === null ? null : String(subjectId), name: subject },
    changes: record.changes,
    detail: record.detail,
  };
}

/** As Jira's `GET /rest/api/2/auditing/record` has it (AuditRecordBean of Cloud's API description). */
export function jiraRecordJson(record: AuditRecord) {
  const { actor, detail, subject, subjectType, subjectId } = record;
  const description = descriptionOf(record);
  return {
    id: record.id,
    ...kindOf(record),
    remoteAddress: record.address,
    ...(actor === null ? {} : { authorKey: actor.key, authorAccountId: actor.accountId }),
    created: jiraTime(record.at),
    eventSource: textOr(detail?.eventSource, record.event),
    ...(description === '' ? {} : { description }),
    ...(subject === null
      ? {}
      : {
          objectItem: {
            ...(subjectId === null ? {} : { id: String(subjectId) }),
            name: subject,
            ...(subjectType === null ? {} : { typeName: typeName(subjectType) }),
          },
        }),
    changedValues: record.changes.map(({ field, from, to }) => ({
      fieldName: field,
      ...(from === null ? {} : { changedFrom: from }),
      ...(to === null ? {} : { changedTo: to }),
    })),
    associatedItems: associatedItems(detail),
  };
}

const typeName = (type: string): string => type.toUpperCase().replaceAll('-', '_');

function associatedItems(detail: AuditRecord['detail']): unknown[] {
  if (Array.isArray(detail?.associatedItems)) return detail.associatedItems;
  if (typeof detail?.user !== 'string') return [];
  return [{ id: detail.user, name: detail.user, typeName: 'USER' }];
}

/** What Jira's shape has no place for, in a line. */
function descriptionOf({ event, actor, actorName, outcome, detail }: AuditRecord): string {
  if (event === 'audit.record-added') return textOr(detail?.description, '');
  const parts = Object.entries(detail ?? {})
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key}: ${value}`);
  if (outcome === 'refused') parts.unshift('refused');
  if (actor === null && actorName !== null) parts.unshift(`name: ${actorName}`);
  return parts.join(', ');
}
