import { Button, Group as Row } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { addMember, deleteGroup, membersQuery, removeMember } from '../../api/groups.ts';
import { queryClient } from '../../api/query-client.ts';
import { type User, userId } from '../../api/users.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { UsersIcon } from '../../components/icons.tsx';
import { inPlace } from '../../components/in-place.ts';
import { TextLink } from '../../components/links.tsx';
import { notifyDone, notifyFailure } from '../../components/notify.ts';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { UserSelect } from '../../components/user-select.tsx';
import classes from './groups.module.css';

const route = getRouteApi('/shell/admin/groups/$groupName');

export function Group() {
  const { groupName } = route.useParams();
  return (
    <AdministratorsOnly title={groupName}>
      <GroupMembers key={groupName} groupName={groupName} />
    </AdministratorsOnly>
  );
}

function GroupMembers({ groupName }: { groupName: string }) {
  const navigate = useNavigate();
  const [startAt, setStartAt] = useState(0);
  const [deleting, setDeleting] = useState(false);
  const members = useQuery(membersQuery(groupName, startAt));
  const reload = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['group', groupName] }),
      queryClient.invalidateQueries({ queryKey: ['user'] }),
    ]);
  const adding = useMutation({
    mutationFn: (user: User) => addMember(groupName, userId(user)),
    onSuccess: reload,
    onError: (error) => notifyFailure('The user was not added', error),
  });
  const removing = useMutation({
    mutationFn: (user: User) => removeMember(groupName, userId(user)),
    onSuccess: reload,
    onError: (error) => notifyFailure('The user was not removed', error),
  });
  return (
    <Page
      title={groupName}
      narrow
      above={<TextLink to="/admin/groups">Groups</TextLink>}
      actions={
        members.data && (
          <Button variant="default" onClick={() => setDeleting(true)}>
            Delete group…
          </Button>
        )
      }
    >
      {members.isPending && <Loading label="Loading members" />}
      {members.isError && <Failure error={members.error} retry={members.refetch} what="group" />}
      {members.data && (
        <div className={classes.add}>
          <UserSelect
            // Empty again, and ready for the next person, once somebody was added.
            key={adding.submittedAt}
            comboboxProps={inPlace}
            aria-label="Add a member"
            placeholder="Add a member…"
            among="everybody"
            value={null}
            onChange={(user) => user && adding.mutate(user)}
          />
        </div>
      )}
      {members.data?.total === 0 && (
        <Notice icon={<UsersIcon size={22} />} title="Nobody is in this group">
          Add the first member above.
        </Notice>
      )}
      {members.data && members.data.values.length > 0 && (
        <div className={table.frame}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Member</th>
                <th scope="col" className={table.wide}>
                  User name
                </th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.data.values.map((user) => (
                <tr key={userId(user)}>
                  <td>
                    <span className={classes.person}>
                      <Avatar user={user} size={26} />
                      <span className={table.main}>{user.displayName}</span>
                      {user.active === false && <span className={table.dim}>(deactivated)</span>}
                    </span>
                  </td>
                  <td className={table.wide}>{user.name}</td>
                  <td className={table.end}>
                    <Button
                      variant="subtle"
                      color="red"
                      size="compact-sm"
                      loading={removing.isPending && removing.variables === user}
                      onClick={() => removing.mutate(user)}
                      aria-label={`Remove ${user.displayName}`}
                    >
                      Remove
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {members.data && members.data.total > members.data.maxResults && (
        <nav aria-label="Pages of the list" className={classes.pager}>
          <span role="status">
            {startAt + 1}–{startAt + members.data.values.length} of {members.data.total}
          </span>
          <Row gap={6}>
            <Button
              variant="default"
              size="xs"
              disabled={startAt === 0}
              onClick={() => setStartAt(startAt - 50)}
            >
              Previous
            </Button>
            <Button
              variant="default"
              size="xs"
              disabled={startAt + members.data.values.length >= members.data.total}
              onClick={() => setStartAt(startAt + 50)}
            >
              Next
            </Button>
          </Row>
        </nav>
      )}
      <ConfirmDialog
        opened={deleting}
        title={`Delete the group ${groupName}?`}
        verb="Delete group"
        close={() => setDeleting(false)}
        act={async () => {
          await deleteGroup(groupName);
          await queryClient.invalidateQueries({ queryKey: ['groups'], refetchType: 'all' });
          await navigate({ to: '/admin/groups' });
          notifyDone(`${groupName} is deleted.`);
        }}
      >
        Its members stay, but lose whatever only this group allowed them. This cannot be undone.
      </ConfirmDialog>
    </Page>
  );
}
