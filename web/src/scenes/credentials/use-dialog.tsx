import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Credential, credentialUseQuery } from '../../api/credentials.ts';
import { Failure, Loading } from '../../components/states.tsx';
import { nameOf } from './credential-table.tsx';
import classes from './credentials.module.css';
import { UsePlot } from './use-plot.tsx';

/** What a credential has been used for lately. */
export function UseDialog({ credential, close }: { credential: Credential | null; close: () => void }) {
  return (
    <Modal
      opened={credential !== null}
      onClose={close}
      size={640}
      title={credential && `${nameOf(credential)} of ${credential.owner.displayName}`}
    >
      {credential && <Use of={credential} />}
    </Modal>
  );
}

function Use({ of }: { of: Credential }) {
  const use = useQuery(credentialUseQuery(of));
  if (use.isError) return <Failure error={use.error} retry={use.refetch} what="section" />;
  if (!use.data) return <Loading label="Loading its use" />;
  const { days, scopes } = use.data;
  const held = of.scopes;
  const unused = held?.filter((scope) => !scopes.includes(scope)) ?? [];
  return (
    <>
      <UsePlot days={days} />
      <dl className={classes.facts}>
        <dt>Its requests needed</dt>
        <dd>{scopes.length === 0 ? 'nothing so far' : scopes.join(', ')}</dd>
        <dt>It may</dt>
        <dd>{held === null ? 'everything its owner may' : held.join(', ')}</dd>
        {unused.length > 0 && (
          <>
            <dt>Never needed</dt>
            <dd>{unused.join(', ')}</dd>
          </>
        )}
      </dl>
    </>
  );
}
