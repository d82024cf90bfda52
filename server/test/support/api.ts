import { ask } from './client.ts';
import type { RunningServer } from './server.ts';

export interface CreatedToken {
  readonly id: number;
  readonly rawToken: string;
}

export async function createdToken(
  { url }: RunningServer,
  headers: Record<string, string>,
  body: { name: string; expirationDuration?: number; scopes?: readonly string[] },
): Promise<CreatedToken> {
  const reply = await ask('POST', `${url}/rest/pat/latest/tokens`, { headers, body });
  if (reply.status !== 201) throw new Error(`making a token: ${reply.status} ${reply.text}`);
  return reply.body;
}
