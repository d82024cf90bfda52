import { Badge, Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import type { ServiceAccount } from '../../api/service-accounts.ts';
import { useSession } from '../../api/session.ts';
import { type ApiToken, revokeToken, tokensOfQuery } from '../../api/tokens.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure } from '../../components/states.tsx';
import { CreateTokenDialog } from '../tokens/create-token-dialog.tsx';
import { EndedTokens } from '../tokens/ended-tokens.tsx';
import { RotateTokenDialog } from '../tokens/rotate-token-dialog.tsx';
import { TokenTable } from '../tokens/token-table.tsx';
import classes from './service-accounts.module.css';

/** One program, who answers for it, and its tokens. */
export function AccountSection({ account, edit }: { account: ServiceAccount; edit: () => void }) {
  const { administrator } = useSession();
  const query = tokensOfQuery(account.accountId);
  const tokens = useQuery(query);
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<ApiToken | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const live = tokens.data?.filter(({ state }) => state === 'active') ?? [];
  const ended = tokens.data?.filter(({ state }) => state !== 'active').toReversed() ?? [];
  return (
    <Section
      title={account.displayName}
      intro={
        <>
          <code>{account.name}</code> · {account.emailAddress} ·{' '}
          {account.owner ? `${account.owner.displayName} answers for it` : 'nobody answers for it'}
          {!account.active && (
            <Badge color="gray" variant="light" ml="xs">
              Deactivated
            </Badge>
          )}
        </>
      }
      actions={
        <Group gap="xs" wrap="nowrap">
          {administrator && (
            <Button
              variant="default"
              size="compact-md"
              onClick={edit}
              aria-label={`Edit ${account.displayName}`}
            >
              Edit
            </Button>
          )}
          {account.active && (
            <Button
              size="compact-md"
              onClick={() => setCreating(true)}
              aria-label={`Create token for ${account.displayName}`}
            >
              Create token
            </Button>
          )}
        </Group>
      }
    >
      {tokens.isError && <Failure error={tokens.error} retry={tokens.refetch} what="section" />}
      {tokens.data && live.length === 0 && <p className={classes.none}>It has no API tokens.</p>}
      {live.length > 0 && <TokenTable tokens={live} rotate={setRotating} revoke={setRevoking} />}
      <EndedTokens tokens={ended} />
      <CreateTokenDialog opened={creating} close={() => setCreating(false)} of={account} />
      <RotateTokenDialog token={rotating} close={() => setRotating(null)} of={account} />
      <ConfirmDialog
        opened={revoking !== null}
        title="Revoke this token?"
        verb="Revoke token"
        close={() => setRevoking(null)}
        act={async () => {
          if (!revoking) return;
          await revokeToken(account.accountId, revoking.id);
          await queryClient.invalidateQueries({ queryKey: query.queryKey });
          notifyDone(`“${revoking.name}” is revoked.`);
        }}
      >
        What {account.displayName} does with <strong>{revoking?.name}</strong> is refused from its next
        request on. This cannot be undone.
      </ConfirmDialog>
    </Section>
  );
}
