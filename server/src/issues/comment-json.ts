import { jiraTime } from '../lib/jira-time.ts';
import type { Wire } from '../wire.ts';
import type { Comment } from './comment.ts';
import type { PeopleJson } from './people-json.ts';
import { renderedText } from './rendered-text.ts';

export interface CommentParts {
  readonly comment: Comment;
  readonly properties?: readonly { readonly key: string; readonly value: unknown }[] | undefined;
}

export function commentJson(
  { comment, properties }: CommentParts,
  person: PeopleJson,
  wire: Wire,
  expand: ReadonlySet<string>,
) {
  // Jira leaves the author out when nobody was signed in.
  const author = person(comment.authorId);
  const updateAuthor = person(comment.updaterId);
  return {
    self: `${wire.base}/rest/api/2/issue/${comment.issueId}/comment/${comment.id}`,
    id: String(comment.id),
    ...(author && { author }),
    body: comment.body,
    ...(updateAuthor && { updateAuthor }),
    ...(expand.has('renderedBody') && { renderedBody: renderedText(comment.body) }),
    created: jiraTime(comment.createdAt),
    updated: jiraTime(comment.updatedAt),
    ...(comment.visibilityType !== null && {
      visibility: {
        type: comment.visibilityType,
        value: comment.visibilityName ?? '',
        identifier: String(comment.visibilityId),
      },
    }),
    ...(properties !== undefined && {
      properties: properties.map(({ key, value }) => ({ key, value })),
    }),
  };
}
