import { Button, Modal, Group as Row, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createGroup, groupsQuery } from '../../api/groups.ts';
import { queryClient } from '../../api/query-client.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { PlusIcon, SearchIcon, UsersIcon } from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import classes from './groups.module.css';

export function Groups() {
  return (
    <AdministratorsOnly title="Groups">
      <GroupList />
    </AdministratorsOnly>
  );
}

function GroupList() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [creating, setCreating] = useState(false);
  const groups = useQuery(groupsQuery(search));
  const list = groups.data?.groups ?? [];
  return (
    <Page
      title="Groups"
      narrow
      intro="Permissions are given to groups; who belongs to a group may do what the group may."
      actions={
        <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
          Create group
        </Button>
      }
    >
      <TextInput
        className={classes.search}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        leftSection={<SearchIcon />}
        placeholder="Filter groups"
        aria-label="Filter groups"
      />
      {groups.isPending && <Loading label="Loading groups" />}
      {groups.isError && <Failure error={groups.error} retry={groups.refetch} what="page" />}
      {groups.data && list.length === 0 && (
        <Notice
          icon={<UsersIcon size={22} />}
          title={search ? 'No group is called so' : 'There is no group yet'}
        />
      )}
      {list.length > 0 && (
        <div className={table.frame}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Group</th>
              </tr>
            </thead>
            <tbody>
              {list.map(({ name }) => (
                <tr key={name}>
                  <td>
                    <Link
                      to="/admin/groups/$groupName"
                      params={{ groupName: name }}
                      className={classes.group}
                    >
                      <UsersIcon /> {name}
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {groups.data && groups.data.total > list.length && (
        <p className={table.dim}>
          {list.length} of {groups.data.total} groups. Filter to find the others.
        </p>
      )}
      <Modal opened={creating} onClose={() => setCreating(false)} title="Create group">
        <GroupForm close={() => setCreating(false)} />
      </Modal>
    </Page>
  );
}

function GroupForm({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const creating = useMutation({
    mutationFn: createGroup,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['groups'] });
      close();
      await navigate({ to: '/admin/groups/$groupName', params: { groupName: name.trim() } });
    },
  });
  const { fields, messages } = formErrors(creating.error, ['name', 'groupname']);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate(name.trim());
      }}
    >
      <FormAlert messages={messages} error={creating.error} />
      <TextInput
        label="Name"
        required
        maxLength={255}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fields.name ?? fields.groupname}
        data-autofocus
      />
      <Row justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={creating.isPending}>
          Create group
        </Button>
      </Row>
    </form>
  );
}
