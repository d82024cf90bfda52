import { NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { sha256 } from '../../lib/sha256.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { findTestAnswer } from './flow-store.ts';
import type { FlowAnswer } from './flows.ts';
import { type PersonPlan, planFor } from './person-plan.ts';
import { getProvider } from './providers.ts';

/**
 * What came back from a test sign-in and what a real one would do now. Changes nothing. Only for who made the test.
 */
export async function viewTest(
  site: Site,
  asker: Pick<Call, 'actor' | 'identity' | 'source'>,
  providerId: number,
  ticket: string,
): Promise<unknown> {
  const provider = await getProvider(site, asker, providerId);
  const me = requireSignedIn(asker.actor);
  const found = await findTestAnswer(site.db, { ticketHash: sha256(ticket), providerId, userId: me.id });
  if (found === undefined) throw new NotFound('There is no such test, or it is not yours.');
  const answer = found as FlowAnswer;
  if (answer.is === 'refused') return { outcome: 'refused', step: answer.step, problem: answer.detail };
  const { person, attributes, authenticatedAt } = answer;
  return {
    outcome: 'understood',
    person,
    attributes,
    authenticated: authenticatedAt === null ? null : jiraTime(authenticatedAt),
    wouldDo: planJson(await planFor(site.db, provider, person)),
  };
}

export function planJson(plan: PersonPlan): unknown {
  if (plan.does === 'refuse') return { does: 'refuse', step: plan.step, ...plan.facts };
  const names = (groups: readonly { name: string }[]) => groups.map(({ name }) => name);
  return {
    does: plan.does,
    account: plan.does === 'create' ? plan.fields : { name: plan.user.name, ...plan.fields },
    changes: plan.does === 'create' ? plan.fields : (plan.fields ?? null),
    joins: names(plan.groups.join),
    leaves: names(plan.groups.leave),
    missingGroups: plan.groups.missing,
  };
}
