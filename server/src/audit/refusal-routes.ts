import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import { type ExplanationParts, explainTo } from './explanation.ts';

export const refusalRoutes = (parts: ExplanationParts): Route[] => [
  route({
    method: 'GET',
    path: '/rest/tessera/1/refusals/:requestId',
    id: 'explainRefusal',
    tag: 'Audit',
    summary: 'Why a request was refused, by the X-AREQUESTID of its answer',
    // Nobody signed in gets the same answer as somebody whom the refusal does not concern.
    access: 'anonymous-ok',
    scope: 'read:jira-user',
    params: Type.Object({ requestId: Type.String() }),
    responses: {
      200: Type.Object({
        requestId: Type.String(),
        at: Type.String(),
        status: Type.Integer(),
        step: Type.String(),
        title: Type.String(),
        explanation: Type.String(),
        help: Type.String(),
        method: Type.String(),
        path: Type.Union([Type.String(), Type.Null()]),
        address: Type.String(),
        userAgent: Type.String(),
        account: Type.Union([Type.Object({ name: Type.String(), displayName: Type.String() }), Type.Null()]),
        facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
      }),
    },
    handle: async ({ actor, params }) => explainTo(parts, actor, params.requestId),
  }),
];
