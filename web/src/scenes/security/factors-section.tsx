import { Badge, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import {
  type Factors,
  factorsQuery,
  forgetTrustedDevices,
  type OwnPasskey,
  removeAuthenticator,
  removePasskey,
  renewRecoveryCodes,
} from '../../api/factors.ts';
import { passkeysWork } from '../../api/passkeys.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { When } from '../../components/when.tsx';
import { AddAuthenticatorDialog } from './add-authenticator-dialog.tsx';
import { AddPasskeyDialog } from './add-passkey-dialog.tsx';
import { CodesDialog } from './codes-dialog.tsx';
import classes from './security.module.css';

type Asked =
  | { is: 'add-authenticator' }
  | { is: 'add-passkey' }
  | { is: 'remove-authenticator' }
  | { is: 'remove-passkey'; passkey: OwnPasskey }
  | { is: 'renew-codes' }
  | { is: 'forget-devices' };

export function FactorsSection() {
  const factors = useQuery(factorsQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => setAsked(null);
  const added = (recoveryCodes: string[] | null) => {
    close();
    if (recoveryCodes) setCodes(recoveryCodes);
    else notifyDone('It is added.');
  };
  return (
    <Section
      title="Second step"
      intro="Asked for after your password on the web, so that a stolen password alone opens nothing; over REST the password opens nothing at all then. API tokens go on working."
    >
      {factors.isPending && <Loading rows={3} label="Loading your second factors" />}
      {factors.isError && <Failure error={factors.error} retry={factors.refetch} what="list" />}
      {factors.data && <Rows factors={factors.data} ask={setAsked} />}
      {asked?.is === 'add-authenticator' && <AddAuthenticatorDialog close={close} added={added} />}
      {asked?.is === 'add-passkey' && <AddPasskeyDialog close={close} added={added} />}
      {codes && <CodesDialog codes={codes} close={() => setCodes(null)} />}
      <ConfirmDialog
        opened={asked?.is === 'remove-authenticator'}
        title="Remove the authenticator app?"
        verb="Remove"
        close={close}
        act={async () => {
          await removeAuthenticator();
          notifyDone('The authenticator app is removed.');
        }}
      >
        Signing in asks for no code any more. If it is your only second step, the recovery codes go with it.
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked?.is === 'remove-passkey'}
        title={asked?.is === 'remove-passkey' ? `Remove “${asked.passkey.name}”?` : ''}
        verb="Remove"
        close={close}
        act={async () => {
          if (asked?.is !== 'remove-passkey') return;
          await removePasskey(asked.passkey.id);
          notifyDone('The passkey is removed.');
        }}
      >
        It signs in no more. Remove it from the device as well.
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked?.is === 'renew-codes'}
        title="Make new recovery codes?"
        verb="Make new codes"
        calm
        close={close}
        act={async () => {
          const { recoveryCodes } = await renewRecoveryCodes();
          setCodes(recoveryCodes);
        }}
      >
        The codes that you have now are void from then on.
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked?.is === 'forget-devices'}
        title="Ask on every device again?"
        verb="Ask again"
        calm
        close={close}
        act={async () => {
          await forgetTrustedDevices();
          notifyDone('Every device asks for the second step again.');
        }}
      >
        Devices on which you chose not to be asked for thirty days ask at the next sign-in.
      </ConfirmDialog>
    </Section>
  );
}

function Rows({ factors, ask }: { factors: Factors; ask: (asked: Asked) => void }) {
  const { authenticator, passkeys, recoveryCodesLeft, required } = factors;
  const any = authenticator !== null || passkeys.length > 0;
  return (
    <>
      {required && !any && (
        <p className={classes.words}>Your administrator asks for a second step. Set one up now.</p>
      )}
      <ul className={classes.addresses}>
        {authenticator ? (
          <Row
            name="Authenticator app"
            state={
              <span className={classes.state} data-state="good">
                Set up
                {authenticator.lastUsed && (
                  <>
                    , used <When at={authenticator.lastUsed} />
                  </>
                )}
              </span>
            }
            act="Remove"
            label="Remove the authenticator app"
            removes
            onAct={() => ask({ is: 'remove-authenticator' })}
          />
        ) : (
          <Row
            name="Authenticator app"
            state={<span className={classes.state}>Six-digit codes from your phone</span>}
            act="Set up…"
            label="Set up an authenticator app"
            onAct={() => ask({ is: 'add-authenticator' })}
          />
        )}
        {passkeys.map((passkey) => (
          <Row
            key={passkey.id}
            name={passkey.name}
            state={
              <>
                <Badge color="gray">Passkey</Badge>
                <span className={classes.state}>
                  {passkey.lastUsed ? 'used' : 'added'} <When at={passkey.lastUsed ?? passkey.created} />
                </span>
              </>
            }
            act="Remove"
            label={`Remove the passkey ${passkey.name}`}
            removes
            onAct={() => ask({ is: 'remove-passkey', passkey })}
          />
        ))}
        <Row
          name={passkeys.length > 0 ? 'Another passkey' : 'Passkey'}
          state={
            <span className={classes.state}>
              {passkeysWork()
                ? 'Fingerprint, face, PIN or security key, in place of password and code'
                : 'Works over https, and on localhost'}
            </span>
          }
          act="Add…"
          label="Add a passkey"
          disabled={!passkeysWork()}
          onAct={() => ask({ is: 'add-passkey' })}
        />
        {any && (
          <Row
            name="Recovery codes"
            state={
              <span className={classes.state} data-state={recoveryCodesLeft > 2 ? 'good' : 'open'}>
                {recoveryCodesLeft} left
              </span>
            }
            act="New codes…"
            label="New codes in place of the recovery codes"
            onAct={() => ask({ is: 'renew-codes' })}
          />
        )}
        {any && (
          <Row
            name="Devices that are not asked"
            act="Ask again…"
            label="Ask again on every device"
            onAct={() => ask({ is: 'forget-devices' })}
          />
        )}
      </ul>
    </>
  );
}

interface RowProps {
  name: string;
  state?: ReactNode;
  /** What the button says, and in full for who does not see its row. */
  act: string;
  label: string;
  removes?: boolean;
  disabled?: boolean;
  onAct: () => void;
}

function Row({ name, state, act, label, removes = false, disabled = false, onAct }: RowProps) {
  const looks = removes
    ? ({ variant: 'subtle', color: 'red', size: 'compact-sm' } as const)
    : ({ variant: 'default', size: 'xs' } as const);
  return (
    <li className={classes.address}>
      <span className={classes.email}>{name}</span>
      {state}
      <Button {...looks} className={classes.act ?? ''} aria-label={label} disabled={disabled} onClick={onAct}>
        {act}
      </Button>
    </li>
  );
}
