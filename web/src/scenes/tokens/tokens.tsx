import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { useSession } from '../../api/session.ts';
import { type ApiToken, revokeAllTokens, revokeToken, tokensQuery } from '../../api/tokens.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { KeyIcon, PlusIcon } from '../../components/icons.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice, SignInButton } from '../../components/states.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { EndedTokens } from './ended-tokens.tsx';
import { HowToUse } from './how-to-use.tsx';
import { RotateTokenDialog } from './rotate-token-dialog.tsx';
import { ServiceAccountsLink } from './service-accounts-link.tsx';
import { TokenTable } from './token-table.tsx';
import classes from './tokens.module.css';

export function Tokens() {
  const { user } = useSession();
  if (!user) {
    return (
      <Page title="API tokens" narrow>
        <Notice
          icon={<KeyIcon size={22} />}
          title="Sign in to manage your API tokens"
          actions={<SignInButton />}
        />
      </Page>
    );
  }
  return <OwnTokens />;
}

function OwnTokens() {
  const { user } = useSession();
  const tokens = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const [revokingAll, setRevokingAll] = useState(false);
  const [rotating, setRotating] = useState<ApiToken | null>(null);
  const live = tokens.data?.filter(({ state }) => state === 'active') ?? [];
  const ended = tokens.data?.filter(({ state }) => state !== 'active').toReversed() ?? [];
  const count = live.length;
  const reload = () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });

  return (
    <Page
      title="API tokens"
      narrow
      intro="A token signs a script, a bot or an integration in as you, without your password. Give each its own, so that you can revoke one without touching the others."
      actions={
        <>
          {count > 1 && (
            <Button variant="default" onClick={() => setRevokingAll(true)}>
              Revoke all…
            </Button>
          )}
          <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
            Create token
          </Button>
        </>
      }
    >
      {tokens.isPending && <Loading label="Loading your tokens" />}
      {tokens.isError && <Failure error={tokens.error} retry={tokens.refetch} what="page" />}
      {tokens.data && count === 0 && (
        <Notice icon={<KeyIcon size={22} />} title="You have no API tokens">
          Create one for the first script that is to work in your name.
        </Notice>
      )}
      {count > 0 && <TokenTable tokens={live} rotate={setRotating} revoke={setRevoking} />}
      <EndedTokens tokens={ended} />
      <ServiceAccountsLink />
      <section className={classes.how}>
        <h2>Using a token</h2>
        <HowToUse email={user?.emailAddress ?? ''} token="YOUR_TOKEN" />
      </section>

      <CreateTokenDialog opened={creating} close={() => setCreating(false)} />
      <RotateTokenDialog token={rotating} close={() => setRotating(null)} />
      <ConfirmDialog
        opened={revoking !== null}
        title="Revoke this token?"
        verb="Revoke token"
        close={() => setRevoking(null)}
        act={async () => {
          if (!revoking) return;
          await revokeToken(null, revoking.id);
          await reload();
          notifyDone(`“${revoking.name}” is revoked.`);
        }}
      >
        Whatever uses <strong>{revoking?.name}</strong> is refused from its next request on. This cannot be
        undone.
      </ConfirmDialog>
      <ConfirmDialog
        opened={revokingAll}
        title={`Revoke all ${count} tokens?`}
        verb="Revoke all tokens"
        close={() => setRevokingAll(false)}
        act={async () => {
          await revokeAllTokens();
          await reload();
          notifyDone('All your tokens are revoked.');
        }}
      >
        Every script, bot and integration that signs in as you with a token is refused from its next request
        on. This cannot be undone. Your password and this session stay as they are.
      </ConfirmDialog>
    </Page>
  );
}
