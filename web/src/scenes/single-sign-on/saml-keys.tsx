import { Badge, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  announceSamlKey,
  type IdentityProvider,
  removeSamlKey,
  type SamlKey,
  samlServiceProviderQuery,
  signWithSamlKey,
} from '../../api/identity-providers.ts';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import classes from './single-sign-on.module.css';

const states: Record<SamlKey['state'], string> = {
  current: 'Signs',
  next: 'Announced',
  former: 'No longer used',
};

/** The change of this site's key in three steps, so that no sign-in fails meanwhile. */
export function SamlKeys({ provider }: { provider: IdentityProvider }) {
  const told = useQuery(samlServiceProviderQuery(provider.id));
  const changing = useMutation({
    mutationFn: (change: () => Promise<void>) => change(),
    onSuccess: () => notifyDone('It is done, and in the metadata.'),
    onError: (error) => notifyFailure('The keys were not changed', error),
  });
  const keys = told.data?.keys ?? [];
  if (keys.length === 0) return null;
  return (
    <Section
      title="Keys of this site"
      intro="Requests are signed with one, and what the provider encrypts is read with it. To change it: announce a second key, give the provider the new metadata, then sign with the new key and remove the old one."
      actions={
        keys.length === 1 && (
          <Button
            variant="default"
            loading={changing.isPending}
            onClick={() => changing.mutate(() => announceSamlKey(provider.id))}
          >
            Announce another key
          </Button>
        )
      }
    >
      <div className={table.frame}>
        {keys.map((key) => (
          <div key={key.id} className={classes.key}>
            <div>
              <Badge color={key.state === 'current' ? 'verdigris' : 'gray'}>{states[key.state]}</Badge>{' '}
              <span className={classes.dim}>
                {key.expired ? 'ended' : 'ends'} <When at={key.notAfter} />
              </span>
              <span className={classes.fingerprint}>{key.fingerprint}</span>
            </div>
            {key.state !== 'current' && (
              <div>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={() => changing.mutate(() => signWithSamlKey(provider.id, key.id))}
                >
                  Sign with it
                </Button>
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  onClick={() => changing.mutate(() => removeSamlKey(provider.id, key.id))}
                >
                  Remove
                </Button>
              </div>
            )}
          </div>
        ))}
      </div>
    </Section>
  );
}
