import { Badge, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endOtherSessions, endSession, type OwnSession, ownSessionsQuery } from '../../api/own-sessions.ts';
import { queryClient } from '../../api/query-client.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { notifyDone } from '../../components/notify.ts';
import { Section } from '../../components/section.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import classes from './security.module.css';

export function SessionsSection() {
  const sessions = useQuery(ownSessionsQuery);
  const [ending, setEnding] = useState<OwnSession | null>(null);
  const [endingOthers, setEndingOthers] = useState(false);
  const others = sessions.data?.filter((session) => !session.current) ?? [];
  const reload = () => queryClient.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
  return (
    <Section
      title="Where you are signed in"
      intro="If you do not know one of these, end it and change your password."
      actions={
        others.length > 0 && (
          <Button variant="default" onClick={() => setEndingOthers(true)}>
            End all others…
          </Button>
        )
      }
    >
      {sessions.isPending && <Loading rows={3} label="Loading your sessions" />}
      {sessions.isError && <Failure error={sessions.error} retry={sessions.refetch} what="list" />}
      {sessions.data && (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`} aria-label="Where you are signed in">
            <thead>
              <tr>
                <th scope="col">Browser or program</th>
                <th scope="col">Address</th>
                <th scope="col">Signed in</th>
                <th scope="col">Last seen</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.data.map((session) => (
                <tr key={session.id}>
                  <td className={table.long}>
                    <span className={table.main} title={session.userAgent}>
                      {nameOf(session)}
                    </span>
                    <Marks session={session} />
                  </td>
                  <td>
                    <span className={table.caption}>From </span>
                    {session.address}
                  </td>
                  <td>
                    <span className={table.caption}>Signed in </span>
                    <When at={session.createdAt} />
                  </td>
                  <td>
                    <span className={table.caption}>Last seen </span>
                    {session.current ? 'now' : <When at={session.lastSeenAt} />}
                  </td>
                  <td className={table.end}>
                    {session.current ? (
                      <span className="visually-hidden">Sign out to end this one</span>
                    ) : (
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-sm"
                        onClick={() => setEnding(session)}
                        aria-label={`End the session of ${nameOf(session)} at ${session.address}`}
                      >
                        End
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ConfirmDialog
        opened={ending !== null}
        title="End this session?"
        verb="End session"
        close={() => setEnding(null)}
        act={async () => {
          if (!ending) return;
          await endSession(ending.id);
          await reload();
          notifyDone('The session is ended.');
        }}
      >
        {ending && nameOf(ending)} at {ending?.address} is signed out with its next request.
      </ConfirmDialog>
      <ConfirmDialog
        opened={endingOthers}
        title={others.length === 1 ? 'End the other session?' : `End the ${others.length} other sessions?`}
        verb="End all others"
        close={() => setEndingOthers(false)}
        act={async () => {
          await endOtherSessions();
          await reload();
          notifyDone('You are signed in here only.');
        }}
      >
        Every other browser and program with a session of yours is signed out, remembered ones too. This one
        and your API tokens stay as they are.
      </ConfirmDialog>
    </Section>
  );
}

function nameOf({ client, userAgent, kind }: OwnSession): string {
  return client || userAgent || (kind === 'rest' ? 'A program' : 'A browser');
}

function Marks({ session }: { session: OwnSession }) {
  return (
    <span className={classes.marks}>
      {session.current && <Badge color="verdigris">This one</Badge>}
      {session.kind === 'rest' && <Badge color="gray">REST</Badge>}
      {session.byToken && <Badge color="gray">By API token</Badge>}
      {session.remembered && <Badge color="gray">Remembered</Badge>}
    </span>
  );
}
