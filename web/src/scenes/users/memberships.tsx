import { ActionIcon, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { addMember, groupsQuery, removeMember } from '../../api/groups.ts';
import { queryClient } from '../../api/query-client.ts';
import { userQuery } from '../../api/users.ts';
import { CloseIcon } from '../../components/icons.tsx';
import { notifyFailure, reasonOf } from '../../components/notify.ts';
import classes from './users.module.css';

/** A user's groups. A change here counts at once, apart from the form around it. */
export function Memberships({ username }: { username: string }) {
  const user = useQuery(userQuery(username));
  const groups = useQuery(groupsQuery(''));
  const reload = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['user', username] }),
      queryClient.invalidateQueries({ queryKey: ['group'] }),
    ]);
  const adding = useMutation({
    mutationFn: (group: string) => addMember(group, username),
    onSuccess: reload,
    onError: (error) => notifyFailure('The user was not added', error),
  });
  const removing = useMutation({
    mutationFn: (group: string) => removeMember(group, username),
    onSuccess: reload,
    onError: (error) => notifyFailure('The user was not removed', error),
  });
  const own = user.data?.groups?.items.map(({ name }) => name) ?? [];
  const others = (groups.data?.groups ?? []).map(({ name }) => name).filter((name) => !own.includes(name));
  if (user.isError) return <p className={classes.none}>Groups: {reasonOf(user.error)}</p>;
  return (
    <fieldset className={classes.memberships}>
      <legend className={classes.caption}>Groups</legend>
      {user.data && own.length === 0 && <p className={classes.none}>In no group.</p>}
      <ul className={classes.groups}>
        {own.map((name) => (
          <li key={name} className={classes.group}>
            {name}
            <ActionIcon size="sm" aria-label={`Remove from ${name}`} onClick={() => removing.mutate(name)}>
              <CloseIcon size={12} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Select
        mt={8}
        aria-label="Add to a group"
        placeholder="Add to a group…"
        data={others}
        value={null}
        searchable
        onChange={(name) => name && adding.mutate(name)}
        nothingFoundMessage="No other group"
      />
    </fieldset>
  );
}
