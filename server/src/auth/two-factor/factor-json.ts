import { Type } from 'typebox';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Factors } from './factors.ts';

const time = Type.Union([Type.String(), Type.Null()]);

export const factorsShape = Type.Object({
  required: Type.Boolean({ description: 'One of the groups of the account demands a second factor.' }),
  authenticator: Type.Union([Type.Object({ added: time, lastUsed: time }), Type.Null()]),
  passkeys: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      backedUp: Type.Boolean({ description: 'It is copied to other devices of its owner.' }),
      created: Type.String(),
      lastUsed: time,
    }),
  ),
  recoveryCodesLeft: Type.Integer(),
});

const timeOf = (ms: number | null): string | null => (ms === null ? null : jiraTime(ms));

export const factorsJson = ({ required, totp, passkeys, recoveryCodesLeft }: Factors) => ({
  required,
  authenticator:
    totp === undefined ? null : { added: timeOf(totp.confirmedAt), lastUsed: timeOf(totp.lastUsedAt) },
  passkeys: passkeys.map((passkey) => ({
    id: String(passkey.id),
    name: passkey.name,
    backedUp: passkey.backedUp,
    created: jiraTime(passkey.createdAt),
    lastUsed: timeOf(passkey.lastUsedAt),
  })),
  recoveryCodesLeft,
});
