import type { User } from '../api/users.ts';
import classes from './avatar.module.css';
import { hashOf } from './brand.tsx';

/** Initials on one of six quiet grounds; the name itself always stands beside it. */
export function Avatar({ user, size = 20 }: { user: User | null | undefined; size?: number }) {
  if (!user) {
    return <span className={classes.nobody} style={{ width: size, height: size }} aria-hidden="true" />;
  }
  const ground = hashOf(user.key ?? user.accountId ?? user.displayName) % 6;
  return (
    <span
      className={classes.avatar}
      data-ground={ground}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.43) }}
      aria-hidden="true"
    >
      {initialsOf(user.displayName)}
    </span>
  );
}

export function Person({ user, nobody = 'Unassigned' }: { user: User | null | undefined; nobody?: string }) {
  return (
    <span className={classes.person}>
      <Avatar user={user} />
      <span className={user ? classes.name : classes.absent}>{user?.displayName ?? nobody}</span>
      {user?.active === false && <span className={classes.absent}>(deactivated)</span>}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}
