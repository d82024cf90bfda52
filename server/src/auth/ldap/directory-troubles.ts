import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { listSyncs } from './sync-store.ts';

/** That the last sync failed: people who left may still have their accounts. */
export async function directoryTroubles(site: Site, { id, name }: Provider): Promise<readonly string[]> {
  const last = (await listSyncs(site.db, id)).find(({ outcome }) => outcome !== 'running');
  if (last?.outcome !== 'failed') return [];
  return [`The last sync of ${name} failed: ${last.problem}`];
}
