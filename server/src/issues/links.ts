import { indexCommentText } from '../db/full-text.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { type IssueLinkType, type Reference, referenceAt } from '../workflows/reference.ts';
import { insertChange } from './change-store.ts';
import { insertComment } from './comment-store.ts';
import { parseNewComment, requireMayComment } from './comments.ts';
import { isObject, textOf } from './fields/field.ts';
import { issueMissing, requireOnIssue, type SeenIssue, seeIssue } from './issue-access.ts';
import { issueKey } from './issue-key.ts';
import { touchIssue } from './issue-store.ts';
import { deleteLinkRow, findLink, type IssueLink, insertLink } from './link-store.ts';
import { refusingVanished } from './vanished.ts';
import { watchFromNowOn } from './watchers.ts';

export interface LinkInput {
  readonly type?: unknown;
  /** The issue that blocks, although Jira calls it the inward one. */
  readonly inwardIssue?: unknown;
  readonly outwardIssue?: unknown;
  readonly comment?: unknown;
}

export interface LinkView {
  readonly link: IssueLink;
  readonly type: IssueLinkType;
  readonly source: SeenIssue;
  readonly destination: SeenIssue;
  readonly reference: Reference;
}

/** Links two issues; what is linked so already stays as it is. */
export async function linkIssues(site: Site, actor: Actor, input: LinkInput): Promise<void> {
  const type = findType(await referenceAt(site.db, actor.revision), input.type);
  const source = await seeIssue(site, actor, addressIn(input.inwardIssue, 'inwardIssue'));
  const destination = await seeIssue(site, actor, addressIn(input.outwardIssue, 'outwardIssue'));
  await requireMayLink(actor, source);
  if (source.issue.id === destination.issue.id) throw new BadRequest('You cannot link an issue to itself.');
  const { comment } = input;
  if (comment !== undefined && comment !== null) await requireMayComment(actor, source);
  const said =
    comment === undefined || comment === null
      ? undefined
      : await parseNewComment(site, actor, source, isObject(comment) ? comment : {});
  const link = { typeId: type.id, sourceId: source.issue.id, destinationId: destination.issue.id };
  await refusingVanished(() =>
    inTransaction(site.db, async (trx) => {
      const at = site.clock.now();
      await touchBoth(trx, actor, link, at);
      if (await insertLink(trx, link, at)) await record(trx, actor, type, source, destination, at, 'made');
      if (said === undefined) return;
      const id = await insertComment(trx, { ...said, at });
      await indexCommentText(trx, id, said.body);
      await watchFromNowOn(trx, actor, source.issue.id, at);
    }),
  );
}

/** Only who sees both issues sees that they are linked. */
export async function viewLink(site: Site, actor: Actor, id: string): Promise<LinkView> {
  const link = /^\d{1,15}$/.test(id) ? await findLink(site.db, Number(id)) : undefined;
  if (link === undefined) throw linkMissing(id);
  const reference = await referenceAt(site.db, actor.revision);
  return {
    link,
    reference,
    type: reference.linkTypes.byId(link.typeId)!,
    source: await seeIssue(site, actor, String(link.sourceId)),
    destination: await seeIssue(site, actor, String(link.destinationId)),
  };
}

export async function deleteLink(site: Site, actor: Actor, id: string): Promise<void> {
  const { link, type, source, destination } = await viewLink(site, actor, id);
  await requireMayLink(actor, source);
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    await touchBoth(trx, actor, link, at);
    if (!(await deleteLinkRow(trx, link.id))) throw linkMissing(id);
    await record(trx, actor, type, source, destination, at, 'unmade');
  });
}

const requireMayLink = (actor: Actor, source: SeenIssue): Promise<void> =>
  requireOnIssue(actor, source, 'LINK_ISSUES', 'No Link Issue Permission for issue.');

/** In the order of their ids, so that two that link each other's issues at once do not wait for one another. */
async function touchBoth(trx: Db, actor: Actor, link: Omit<IssueLink, 'id'>, at: number): Promise<void> {
  for (const id of [link.sourceId, link.destinationId].sort((a, b) => a - b)) {
    if (!(await touchIssue(trx, id, at))) throw issueMissing(actor);
  }
}

/** In the history of both issues, each in its own words. */
async function record(
  trx: Db,
  actor: Actor,
  type: IssueLinkType,
  source: SeenIssue,
  destination: SeenIssue,
  createdAt: number,
  what: 'made' | 'unmade',
): Promise<void> {
  for (const [own, words, other] of [
    [source, type.outward, destination],
    [destination, type.inward, source],
  ] as const) {
    const key = issueKey(other.project, other.issue);
    const text = `This issue ${words} ${key}`;
    const none = { value: null, text: null };
    const one = { value: key, text };
    const [from, to] = what === 'made' ? [none, one] : [one, none];
    await insertChange(trx, {
      issueId: own.issue.id,
      authorId: actor.user?.id ?? null,
      createdAt,
      items: [
        {
          field: 'Link',
          fieldType: 'jira',
          from: from.value,
          fromString: from.text,
          to: to.value,
          toString: to.text,
        },
      ],
    });
  }
}

function findType({ linkTypes }: Reference, given: unknown): IssueLinkType {
  const id = isObject(given) ? textOf(given, 'id') : undefined;
  const name = isObject(given) ? textOf(given, 'name') : undefined;
  const type = id === undefined ? name !== undefined && linkTypes.byName(name) : linkTypes.byIdText(id);
  if (type) return type;
  throw new NotFound(
    id === undefined
      ? `No issue link type with name '${(name ?? '').slice(0, 255)}' found.`
      : `No issue link type with id '${id.slice(0, 255)}' found.`,
  );
}

function addressIn(given: unknown, member: string): string {
  const address = isObject(given) ? (textOf(given, 'id') ?? textOf(given, 'key')) : undefined;
  if (address === undefined) {
    throw new BadRequest({ fields: { [member]: `${member} must name an issue by its key or its id.` } });
  }
  return address;
}

function linkMissing(id: string): NotFound {
  return new NotFound(`No issue link with id '${id.slice(0, 255)}' exists.`);
}
