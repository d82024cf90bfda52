import { readRevision } from '../../db/revision.ts';
import type { Site } from '../../site.ts';
import { providerKinds } from './provider-kinds.ts';
import { providersAt } from './provider-store.ts';
import { providerRequiredOf } from './required-provider.ts';

/**
 * What the sign-in page offers for a name. Decided by the e-mail domain that was typed and by nothing that is known of
 * an account, so it tells nobody which names exist (N1).
 */
export async function waysToSignIn(site: Site, name: string) {
  const revision = await readRevision(site.db);
  const providers = (await providersAt(site.db, revision)).filter(
    ({ enabled, kind }) => enabled && providerKinds[kind]?.begin !== undefined,
  );
  const required = name.includes('@') ? await providerRequiredOf(site.db, revision, name) : undefined;
  return {
    // A right password of somebody who must come another way is refused like a wrong one; those for emergencies are not.
    password: true,
    providers: providers.map((one) => ({ id: String(one.id), name: one.name, kind: one.kind })),
    // A directory has no button: its people type their password here.
    required: providers.some((one) => one.id === required?.id) ? String(required?.id) : null,
  };
}
