import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSession } from '../../api/session.ts';
import { dropAdministratorAccess } from '../../api/websudo.ts';
import { ShieldIcon } from '../../components/icons.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { clockTime, parseTime } from '../../components/when.tsx';
import classes from './administrator-access.module.css';

/** Says so while the password need not be confirmed again, and ends that. */
export function AdministratorAccess() {
  const { user, webSudoUntil } = useSession();
  const untilMs = webSudoUntil ? parseTime(webSudoUntil) : 0;
  const isOpen = useIsBefore(untilMs);
  const dropping = useMutation({
    mutationFn: dropAdministratorAccess,
    onError: (error) => notifyFailure('You still have administrator access', error),
  });
  if (!isOpen) return null;
  return (
    <section className={classes.bar} aria-label="Administrator access">
      <ShieldIcon />
      <span className={classes.words}>
        You have administrator access until {clockTime(untilMs, user?.timeZone)}.
      </span>
      <Button
        variant="default"
        size="compact-sm"
        loading={dropping.isPending}
        onClick={() => dropping.mutate()}
        aria-label="Drop administrator access"
      >
        Drop
      </Button>
    </section>
  );
}

function useIsBefore(ms: number): boolean {
  const [isBefore, setIsBefore] = useState(ms > Date.now());
  useEffect(() => {
    const left = ms - Date.now();
    setIsBefore(left > 0);
    if (left <= 0) return;
    const timer = setTimeout(() => setIsBefore(false), left);
    return () => clearTimeout(timer);
  }, [ms]);
  return isBefore;
}
