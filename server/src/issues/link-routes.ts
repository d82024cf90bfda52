import { Type } from 'typebox';
import { Answer, noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { linkTypeJson, referenceFragments } from '../workflows/reference-json.ts';
import { linkSelf, relatedJson } from './issue-json.ts';
import { deleteLink, linkIssues, viewLink } from './links.ts';

const one = '/rest/api/2/issueLink/:linkId';
const params = Type.Object({ linkId: Type.String() });
const anything = Type.Unknown();
const optional = Type.Optional(anything);
const common = { tag: 'Issue links', access: 'anonymous-ok' } as const;

export const issueLinkRoutes = (site: Site): Route[] => [
  route({
    ...common,
    scope: 'write:jira-work',
    method: 'POST',
    path: '/rest/api/2/issueLink',
    id: 'linkIssues',
    summary: 'Link two issues: the inward issue blocks the outward one',
    body: Type.Object(
      { type: optional, inwardIssue: optional, outwardIssue: optional, comment: optional },
      { additionalProperties: false },
    ),
    responses: { 201: null },
    handle: async ({ actor, body }) => {
      await linkIssues(site, actor, body);
      return new Answer(201, undefined);
    },
  }),
  route({
    ...common,
    scope: 'read:jira-work',
    method: 'GET',
    path: one,
    id: 'getIssueLink',
    summary: 'One link between issues',
    params,
    responses: { 200: anything },
    handle: async ({ actor, params: { linkId }, wire: { base } }) => {
      const { link, type, source, destination, reference } = await viewLink(site, actor, linkId);
      const fragments = referenceFragments(reference, base);
      return {
        id: String(link.id),
        self: linkSelf(link.id, base),
        type: linkTypeJson(type, base),
        inwardIssue: relatedJson(source.issue, source.project, fragments, base),
        outwardIssue: relatedJson(destination.issue, destination.project, fragments, base),
      };
    },
  }),
  route({
    ...common,
    scope: 'write:jira-work',
    method: 'DELETE',
    path: one,
    id: 'deleteIssueLink',
    summary: 'Delete a link between issues',
    params,
    responses: { 204: null },
    handle: async ({ actor, params: { linkId } }) => {
      await deleteLink(site, actor, linkId);
      return noContent();
    },
  }),
];
