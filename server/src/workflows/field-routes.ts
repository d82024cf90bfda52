import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../http/route.ts';
import { pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import {
  addOptions,
  changeOptions,
  createCustomField,
  deleteOption,
  viewFieldContext,
  viewOption,
} from './fields.ts';
import { referenceAt } from './reference.ts';
import { customFieldJson, optionJson, systemFieldJson } from './reference-json.ts';
import { systemFields } from './system-fields.ts';

const anything = Type.Unknown();
const optional = { text: Type.Optional(Type.String()), flag: Type.Optional(Type.Boolean()) };
const optionBody = (item: Record<string, typeof optional.text | typeof optional.flag>) =>
  Type.Object({ options: Type.Array(Type.Object(item, { additionalProperties: false })) });
const page = {
  startAt: Type.Optional(Type.Integer()),
  maxResults: Type.Optional(Type.Integer()),
};
const context = '/rest/api/2/field/:fieldId/context';
const contextParams = Type.Object({ fieldId: Type.String(), contextId: Type.String() });
const reading = { method: 'GET', access: 'anonymous-ok', scope: 'read:jira-work' } as const;
const configuring = { access: 'signed-in', scope: 'manage:jira-configuration' } as const;

export const fieldRoutes = (site: Site): Route[] => [
  route({
    ...reading,
    path: '/rest/api/2/field',
    id: 'getFields',
    tag: 'Fields',
    summary: "All fields, the system's own and custom ones",
    responses: { 200: anything },
    handle: async ({ actor }) => {
      const { customFields } = await referenceAt(site.db, actor.revision);
      return [...systemFields.map(systemFieldJson), ...customFields.all.map(customFieldJson)];
    },
  }),
  route({
    ...configuring,
    method: 'POST',
    path: '/rest/api/2/field',
    id: 'createCustomField',
    tag: 'Fields',
    summary: 'Make a custom field, on every project and issue type',
    body: Type.Object(
      {
        name: Type.Optional(Type.Unknown()),
        description: Type.Optional(Type.Unknown()),
        type: Type.Optional(Type.Unknown()),
        searcherKey: Type.Optional(Type.Unknown()),
      },
      { additionalProperties: false },
    ),
    responses: { 201: anything },
    handle: async (call) => created(customFieldJson(await createCustomField(site, call, call.body))),
  }),
  route({
    ...reading,
    path: '/rest/api/2/customFieldOption/:id',
    id: 'getCustomFieldOption',
    tag: 'Fields',
    summary: 'One option of a custom field',
    params: Type.Object({ id: Type.String() }),
    responses: { 200: anything },
    handle: async ({ actor, params, wire }) =>
      optionJson(await viewOption(site, actor, params.id), wire.base),
  }),
  route({
    ...configuring,
    method: 'GET',
    path: context,
    id: 'getContextsForField',
    tag: 'Fields',
    summary: 'The contexts of a custom field: one, which holds everywhere',
    params: Type.Object({ fieldId: Type.String() }),
    query: Type.Object(page),
    responses: { 200: anything },
    handle: async ({ actor, params, query }) => {
      const field = await viewFieldContext(site, actor, params.fieldId);
      return pageOfValues(query, [
        {
          id: String(field.id),
          name: `Default Configuration Scheme for ${field.name}`,
          description: '',
          isGlobalContext: true,
          isAnyIssueType: true,
        },
      ]);
    },
  }),
  route({
    ...configuring,
    method: 'GET',
    path: `${context}/:contextId/option`,
    id: 'getOptionsForContext',
    tag: 'Fields',
    summary: 'The options of a custom field',
    params: contextParams,
    query: Type.Object({ ...page, optionId: Type.Optional(Type.String()), onlyOptions: optional.flag }),
    responses: { 200: anything },
    handle: async ({ actor, params, query }) => {
      const field = await viewFieldContext(site, actor, params.fieldId, params.contextId);
      const { optionId } = query;
      const options = field.options.filter(({ id }) => optionId === undefined || String(id) === optionId);
      return pageOfValues(query, options.map(contextOption));
    },
  }),
  route({
    ...configuring,
    method: 'POST',
    path: `${context}/:contextId/option`,
    id: 'createCustomFieldOption',
    tag: 'Fields',
    summary: 'Add options to a custom field',
    params: contextParams,
    body: optionBody({ value: optional.text, disabled: optional.flag }),
    responses: { 200: anything },
    handle: async (call) => {
      const { fieldId, contextId } = call.params;
      const options = await addOptions(site, call, { fieldKey: fieldId, contextId }, call.body.options);
      return { options: options.map(contextOption) };
    },
  }),
  route({
    ...configuring,
    method: 'PUT',
    path: `${context}/:contextId/option`,
    id: 'updateCustomFieldOption',
    tag: 'Fields',
    summary: 'Rename, disable or enable options of a custom field',
    params: contextParams,
    body: optionBody({ id: optional.text, value: optional.text, disabled: optional.flag }),
    responses: { 200: anything },
    handle: async (call) => {
      const { fieldId, contextId } = call.params;
      const options = await changeOptions(site, call, { fieldKey: fieldId, contextId }, call.body.options);
      return { options: options.map(contextOption) };
    },
  }),
  route({
    ...configuring,
    method: 'DELETE',
    path: `${context}/:contextId/option/:optionId`,
    id: 'deleteCustomFieldOption',
    tag: 'Fields',
    summary: 'Remove an option that no issue has',
    params: Type.Object({ fieldId: Type.String(), contextId: Type.String(), optionId: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      const { fieldId, contextId, optionId } = call.params;
      await deleteOption(site, call, { fieldKey: fieldId, contextId }, optionId);
      return noContent();
    },
  }),
];

const contextOption = ({ id, value, disabled }: { id: number; value: string; disabled: boolean }) => ({
  id: String(id),
  value,
  disabled,
});

function pageOfValues<T>(asked: { startAt?: number; maxResults?: number }, all: readonly T[]) {
  const { startAt, maxResults } = pageOf(asked, { fallback: 100, cap: 100 });
  const values = all.slice(startAt, startAt + maxResults);
  return {
    maxResults,
    startAt,
    total: all.length,
    isLast: startAt + values.length >= all.length,
    values,
  };
}
