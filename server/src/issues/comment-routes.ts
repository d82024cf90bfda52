import { Type } from 'typebox';
import { BadRequest } from '../errors.ts';
import { created, noContent, type Route, route } from '../http/route.ts';
import { pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { commentJson } from './comment-json.ts';
import {
  addComment,
  type CommentPage,
  type CommentView,
  deleteComment,
  editComment,
  viewComment,
  viewComments,
} from './comments.ts';
import { peopleJson } from './people-json.ts';
import { expandWords } from './query-words.ts';

const all = '/rest/api/2/issue/:issueIdOrKey/comment';
const one = `${all}/:id`;
const ofIssue = Type.Object({ issueIdOrKey: Type.String() });
const ofComment = Type.Object({ issueIdOrKey: Type.String(), id: Type.String() });
const anything = Type.Unknown();
const optional = Type.Optional(anything);
const list = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
const flag = Type.Optional(Type.String());
/** Clients send back comments as they read them (pycontribs), so what only Jira writes is let through. */
const commentBody = Type.Object(
  {
    body: optional,
    visibility: optional,
    properties: optional,
    id: optional,
    self: optional,
    author: optional,
    updateAuthor: optional,
    renderedBody: optional,
    created: optional,
    updated: optional,
    jsdPublic: optional,
  },
  { additionalProperties: false },
);
const common = { tag: 'Comments', access: 'anonymous-ok' } as const;
const reading = { ...common, method: 'GET', scope: 'read:jira-work' } as const;
const writing = { ...common, scope: 'write:comment:jira' } as const;

export const commentRoutes = (site: Site): Route[] => [
  route({
    ...reading,
    path: all,
    id: 'getComments',
    summary: 'The comments of an issue',
    params: ofIssue,
    query: Type.Object({
      startAt: Type.Optional(Type.Integer()),
      maxResults: Type.Optional(Type.Integer()),
      orderBy: Type.Optional(Type.String()),
      expand: list,
    }),
    responses: { 200: anything },
    handle: async ({ actor, params, query, wire }) => {
      const expand = expandWords(query.expand);
      const page = await viewComments(site, actor, params.issueIdOrKey, {
        ...pageOf(query, { fallback: 1000, cap: 1000 }),
        descending: isDescending(query.orderBy),
        withProperties: expand.has('properties'),
      });
      return commentPageJson(page, wire, expand);
    },
  }),
  route({
    ...writing,
    method: 'POST',
    path: all,
    id: 'addComment',
    summary: 'Comment on an issue',
    params: ofIssue,
    query: Type.Object({ expand: list }),
    body: commentBody,
    responses: { 201: anything },
    handle: async ({ actor, params, query, body, wire }) => {
      const view = await addComment(site, actor, params.issueIdOrKey, body);
      return created(viewJson(view, wire, expandWords(query.expand)));
    },
  }),
  route({
    ...reading,
    path: one,
    id: 'getComment',
    summary: 'One comment',
    params: ofComment,
    query: Type.Object({ expand: list }),
    responses: { 200: anything },
    handle: async ({ actor, params, query, wire }) => {
      const expand = expandWords(query.expand);
      const view = await viewComment(site, actor, params.issueIdOrKey, params.id, expand.has('properties'));
      return viewJson(view, wire, expand);
    },
  }),
  route({
    ...writing,
    method: 'PUT',
    path: one,
    id: 'updateComment',
    summary: 'Change a comment',
    params: ofComment,
    query: Type.Object({ expand: list, notifyUsers: flag, overrideEditableFlag: flag }),
    body: commentBody,
    responses: { 200: anything },
    handle: async ({ actor, params, query, body, wire }) => {
      const view = await editComment(site, actor, params.issueIdOrKey, params.id, body);
      return viewJson(view, wire, expandWords(query.expand));
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: one,
    id: 'deleteComment',
    summary: 'Delete a comment',
    params: ofComment,
    responses: { 204: null },
    handle: async ({ actor, params }) => {
      await deleteComment(site, actor, params.issueIdOrKey, params.id);
      return noContent();
    },
  }),
];

function viewJson(view: CommentView, wire: Wire, expand: ReadonlySet<string>) {
  return commentJson(view, peopleJson(view.users, wire), wire, expand);
}

function commentPageJson({ comments, users, ...page }: CommentPage, wire: Wire, expand: ReadonlySet<string>) {
  const person = peopleJson(users, wire);
  return { ...page, comments: comments.map((comment) => commentJson(comment, person, wire, expand)) };
}

/** `+created` reaches us as a space and `created`: a plus in a query is one. */
function isDescending(orderBy: string | undefined): boolean {
  switch (orderBy?.trim()) {
    case undefined:
    case '':
    case 'created':
    case '+created':
      return false;
    case '-created':
      return true;
    default:
      throw new BadRequest({ fields: { orderBy: "Comments can be ordered by 'created' or '-created'." } });
  }
}
