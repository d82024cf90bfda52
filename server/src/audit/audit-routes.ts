import { Type } from 'typebox';
import { Answer, created, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { exportText } from './audit-export.ts';
import { jiraRecordJson, recordJson } from './audit-json.ts';
import { addRecord, exportRecords, type RecordReaders, viewJiraRecords, viewRecords } from './records.ts';

const tag = 'Audit';
const word = Type.Optional(Type.String({ maxLength: 255 }));
const nullable = (schema: ReturnType<typeof Type.String>) => Type.Union([schema, Type.Null()]);
const longText = Type.Optional(Type.String({ maxLength: 1000 }));

const filters = {
  event: Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        'Names of events, or what they begin with: `sign-in.failed`, `api-token`; commas between them.',
    }),
  ),
  user: Type.Optional(
    Type.String({ maxLength: 255, description: 'What this account did and what was done to it.' }),
  ),
  outcome: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('refused')])),
  address: word,
  requestId: word,
  text: Type.Optional(Type.String({ maxLength: 255, description: 'Words that all occur in the record.' })),
  from: word,
  to: word,
};

const recordShape = Type.Object({
  id: Type.String(),
  at: Type.String(),
  event: Type.String(),
  summary: Type.String(),
  category: Type.String(),
  outcome: Type.String(),
  actor: Type.Union([
    Type.Object({
      name: Type.String(),
      key: nullable(Type.String()),
      displayName: nullable(Type.String()),
    }),
    Type.Null(),
  ]),
  via: Type.String(),
  credentialId: nullable(Type.String()),
  address: Type.String(),
  userAgent: Type.String(),
  requestId: Type.String(),
  subject: Type.Union([
    Type.Object({
      type: nullable(Type.String()),
      id: nullable(Type.String()),
      name: nullable(Type.String()),
    }),
    Type.Null(),
  ]),
  changes: Type.Array(
    Type.Object({ field: Type.String(), from: nullable(Type.String()), to: nullable(Type.String()) }),
  ),
  detail: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
});

const item = Type.Object(
  { id: longText, name: longText, parentId: longText, parentName: longText, typeName: word },
  { additionalProperties: false },
);
const changedValue = Type.Object(
  { fieldName: longText, changedFrom: longText, changedTo: longText },
  { additionalProperties: false },
);
const jiraRecord = {
  summary: Type.String({ minLength: 1, maxLength: 255 }),
  category: word,
  description: longText,
  eventSource: word,
  objectItem: Type.Optional(item),
  changedValues: Type.Optional(Type.Array(changedValue, { maxItems: 50 })),
  associatedItems: Type.Optional(Type.Array(item, { maxItems: 50 })),
};
/** As they stand in a record that was read; who, where and when a new one is from, the server knows better. */
const ignored = {
  id: Type.Optional(Type.Integer()),
  remoteAddress: word,
  authorKey: word,
  authorAccountId: word,
  created: word,
};

export const auditRoutes = (site: Site, readers: RecordReaders): Route[] => [
  route({
    method: 'GET',
    path: '/rest/tessera/1/audit',
    id: 'listAuditRecords',
    tag,
    summary: 'Audit records, newest first',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object({
      ...filters,
      after: Type.Optional(Type.String({ description: '`next` of the page before.' })),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 50 }),
    }),
    responses: { 200: Type.Object({ records: Type.Array(recordShape), next: nullable(Type.String()) }) },
    handle: async ({ actor, query }) => {
      const { records, next } = await viewRecords(site, readers, actor, query);
      return { records: records.map(recordJson), next };
    },
  }),
  route({
    method: 'GET',
    path: '/rest/tessera/1/audit/export',
    id: 'exportAuditRecords',
    tag,
    summary: 'All audit records that match, as a file',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object({
      ...filters,
      format: Type.Union([Type.Literal('jsonl'), Type.Literal('csv')], { default: 'jsonl' }),
    }),
    responses: { 200: Type.String() },
    produces: 'application/x-ndjson',
    handle: async (call) => {
      const { format } = call.query;
      const pages = await exportRecords(site, readers, call, call.query);
      const day = new Date(site.clock.now()).toISOString().slice(0, 10);
      return new Answer(200, exportText(pages, format), {
        'Content-Type':
          format === 'csv' ? 'text/csv;charset=UTF-8;header=present' : 'application/x-ndjson;charset=UTF-8',
        'Content-Disposition': `attachment; filename="audit-${day}.${format}"`,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/auditing/record',
    id: 'getAuditRecords',
    tag,
    summary: 'Audit records, in the shape of Jira',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object({
      offset: Type.Integer({ minimum: 0, default: 0 }),
      limit: Type.Integer({ minimum: 0, default: 1000, description: 'More than 1000 is taken for 1000.' }),
      filter: Type.Optional(Type.String({ maxLength: 1000 })),
      from: word,
      to: word,
    }),
    responses: {
      200: Type.Object({
        offset: Type.Integer(),
        limit: Type.Integer(),
        total: Type.Integer(),
        records: Type.Array(Type.Object({ id: Type.Integer(), created: Type.String(), ...jiraRecord })),
      }),
    },
    handle: async ({ actor, query }) => {
      const { filter: text, offset, from, to } = query;
      const limit = Math.min(query.limit, 1000);
      const asked = {
        ...(text === undefined ? {} : { text }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const { records, total } = await viewJiraRecords(site, readers, actor, {
        ...asked,
        offset: Math.min(offset, 2 ** 31 - 1),
        limit,
      });
      return { offset, limit, total, records: records.map(jiraRecordJson) };
    },
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/auditing/record',
    id: 'addAuditRecord',
    tag,
    summary: 'Add an audit record',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    body: Type.Object({ ...jiraRecord, ...ignored }, { additionalProperties: false }),
    responses: { 201: null },
    handle: async (call) => {
      const { summary, category, description, eventSource, objectItem, changedValues, associatedItems } =
        call.body;
      await addRecord(site, readers, call, {
        summary,
        category: category ?? 'auditing',
        description,
        eventSource,
        object:
          objectItem?.name === undefined
            ? undefined
            : { name: objectItem.name, typeName: objectItem.typeName },
        changes: (changedValues ?? []).map(({ fieldName, changedFrom, changedTo }) => ({
          field: fieldName ?? '',
          from: changedFrom ?? null,
          to: changedTo ?? null,
        })),
        associatedItems: associatedItems ?? [],
      });
      return created(undefined);
    },
  }),
];
