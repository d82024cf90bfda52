import { Button, MultiSelect } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeFactorGroups, factorGroupsQuery } from '../../api/factors.ts';
import { groupsQuery } from '../../api/groups.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import classes from './settings.module.css';

/** Saved by itself: it is no setting but a list of groups. */
export function FactorGroups() {
  const chosen = useQuery(factorGroupsQuery);
  const all = useQuery(groupsQuery(''));
  const [typed, setTyped] = useState<string[] | null>(null);
  const saving = useMutation({
    mutationFn: changeFactorGroups,
    onSuccess: () => {
      setTyped(null);
      notifyDone('It counts from the next sign-in on.');
    },
  });
  const { fields, messages } = formErrors(saving.error, ['groups']);
  const value = typed ?? chosen.data ?? [];
  return (
    <Section
      title="Who must have a second step"
      intro="Members of these groups set one up at their next sign-in, and their passwords alone open nothing over REST. Their API tokens go on working."
    >
      {chosen.isPending && <Loading label="Loading" />}
      {chosen.isError && <Failure error={chosen.error} retry={chosen.refetch} what="list" />}
      {chosen.data && (
        <div className={classes.settings}>
          <FormAlert messages={messages} error={saving.error} />
          <MultiSelect
            label="Groups"
            placeholder={value.length === 0 ? 'Nobody must' : ''}
            data={[...new Set([...(all.data?.groups.map(({ name }) => name) ?? []), ...value])]}
            value={value}
            onChange={setTyped}
            searchable
            error={fields.groups}
          />
          <div>
            <Button
              variant="default"
              disabled={typed === null}
              loading={saving.isPending}
              onClick={() => saving.mutate(value)}
            >
              Save groups
            </Button>
          </div>
        </div>
      )}
    </Section>
  );
}
