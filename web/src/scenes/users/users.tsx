import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { locksQuery } from '../../api/locks.ts';
import { type User, userId, usersQuery } from '../../api/users.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { Avatar } from '../../components/avatar.tsx';
import {
  ChevronLeftIcon,
  ChevronRightIcon,
  PlusIcon,
  SearchIcon,
  UserIcon,
} from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { CreateUserDialog } from './create-user-dialog.tsx';
import { EditUserDialog } from './edit-user-dialog.tsx';
import classes from './users.module.css';

const pageSize = 50;

export function Users() {
  return (
    <AdministratorsOnly title="Users">
      <UserList />
    </AdministratorsOnly>
  );
}

function UserList() {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [startAt, setStartAt] = useState(0);
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<User | null>(null);
  // One more than is shown tells whether there is a next page: this resource counts nothing.
  const users = useQuery(usersQuery({ username: search, startAt, maxResults: pageSize + 1 }));
  const { data: locks = [] } = useQuery(locksQuery);
  const isLocked = (user: User) => locks.some((lock) => lock.user !== null && lock.username === user.name);
  const shown = users.data?.slice(0, pageSize) ?? [];
  const hasNext = (users.data?.length ?? 0) > pageSize;

  return (
    <Page
      title="Users"
      narrow
      actions={
        <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
          Create user
        </Button>
      }
    >
      <TextInput
        className={classes.search}
        type="search"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setStartAt(0);
        }}
        leftSection={<SearchIcon />}
        placeholder="Name, user name or e-mail"
        aria-label="Search users"
      />
      {users.isPending && <Loading label="Loading users" />}
      {users.isError && <Failure error={users.error} retry={users.refetch} what="page" />}
      {users.data && shown.length === 0 && (
        <Notice
          icon={<UserIcon size={22} />}
          title={search ? 'Nobody is called so' : 'There is no user yet'}
        />
      )}
      {shown.length > 0 && (
        <div className={table.frame}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" className={table.wide}>
                  User name
                </th>
                <th scope="col" className={table.wide}>
                  E-mail
                </th>
                <th scope="col" className={table.wide}>
                  State
                </th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((user) => (
                <tr
                  key={userId(user)}
                  data-inactive={user.active === false || undefined}
                  className={classes.row}
                >
                  <td>
                    <span className={classes.person}>
                      <Avatar user={user} size={26} />
                      <span className={classes.names}>
                        <span className={table.main}>{user.displayName}</span>
                        <span className={classes.second}>
                          {user.emailAddress}
                          {user.active === false && ' · deactivated'}
                          {isLocked(user) && (
                            <span className={classes.captcha}> · CAPTCHA required at next login</span>
                          )}
                        </span>
                      </span>
                    </span>
                  </td>
                  <td className={table.wide}>{user.name}</td>
                  <td className={table.wide}>{user.emailAddress}</td>
                  <td className={`${table.tight} ${table.wide}`}>
                    {user.active === false ? 'Deactivated' : 'Active'}
                    {isLocked(user) && (
                      <span className={classes.captcha}> · CAPTCHA required at next login</span>
                    )}
                  </td>
                  <td className={table.end}>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      onClick={() => setEditing(user)}
                      aria-label={`Edit ${user.displayName}`}
                    >
                      Edit
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(startAt > 0 || hasNext) && (
        <nav aria-label="Pages of the list" className={classes.pager}>
          <Button
            variant="default"
            size="xs"
            leftSection={<ChevronLeftIcon size={14} />}
            disabled={startAt === 0}
            onClick={() => setStartAt(Math.max(0, startAt - pageSize))}
          >
            Previous
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<ChevronRightIcon size={14} />}
            disabled={!hasNext}
            onClick={() => setStartAt(startAt + pageSize)}
          >
            Next
          </Button>
        </nav>
      )}
      <CreateUserDialog opened={creating} close={() => setCreating(false)} />
      {editing && <EditUserDialog user={editing} close={() => setEditing(null)} />}
    </Page>
  );
}
