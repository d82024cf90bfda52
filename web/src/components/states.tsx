import { Button, Skeleton } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError, isPasswordWanted } from '../api/request.ts';
import { useSession } from '../api/session.ts';
import { AlertIcon, LockIcon, RetryIcon } from './icons.tsx';
import { ButtonLink } from './links.tsx';
import classes from './states.module.css';
import { WhyLink } from './why-link.tsx';

interface NoticeProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  tone?: 'calm' | 'alert';
}

/** Nothing here, not allowed here, or broken here: said plainly, with the next step. */
export function Notice({ icon, title, children, actions, tone = 'calm' }: NoticeProps) {
  return (
    <div className={classes.notice} role={tone === 'alert' ? 'alert' : undefined}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** A failed load. A refusal is explained; anything else can be tried again. */
export function Failure({ error, retry, what }: { error: unknown; retry?: () => void; what: string }) {
  const { user } = useSession();
  const status = error instanceof ApiError ? error.status : undefined;
  if (isPasswordWanted(error)) {
    return (
      <Notice
        icon={<LockIcon size={22} />}
        title="Confirm your password to see this"
        actions={retry && <Button onClick={retry}>Confirm password</Button>}
      >
        What administrators see and change is asked for again, so that nobody else does it at your screen.
      </Notice>
    );
  }
  if (status === 401 || status === 403) return <Refusal signedIn={user !== null} what={what} error={error} />;
  if (status === 404) {
    return (
      <Notice
        icon={<LockIcon size={22} />}
        title={`There is no such ${what}`}
        actions={user ? <BackHome /> : <SignInButton />}
      >
        <p>It may have been moved or deleted, or you may not be allowed to see it.</p>
        <p>
          <WhyLink error={error} />
        </p>
      </Notice>
    );
  }
  return (
    <Notice
      tone="alert"
      icon={<AlertIcon size={22} />}
      title="This could not be loaded"
      actions={
        retry && (
          <Button onClick={retry} leftSection={<RetryIcon />}>
            Try again
          </Button>
        )
      }
    >
      <Reason error={error} />
    </Notice>
  );
}

function Refusal({ signedIn, what, error }: { signedIn: boolean; what: string; error: unknown }) {
  if (!signedIn) {
    return (
      <Notice icon={<LockIcon size={22} />} title={`Sign in to see this ${what}`} actions={<SignInButton />}>
        It is not open to everybody. If you have an account, it may be open to you.
      </Notice>
    );
  }
  return (
    <Notice icon={<LockIcon size={22} />} title={`You may not see this ${what}`} actions={<BackHome />}>
      <Reason error={error} />
      <p>If you need it for your work, ask an administrator or the project’s lead for access.</p>
    </Notice>
  );
}

/** The server's words, and the number to quote when asking for help. */
export function Reason({ error }: { error: unknown }) {
  const messages = error instanceof ApiError ? [...error.messages, ...Object.values(error.fields)] : [];
  if (messages.length === 0) messages.push(error instanceof Error ? error.message : String(error));
  return (
    <>
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      {error instanceof ApiError && error.requestId && (
        <p className={classes.request}>
          Request <code>{error.requestId}</code> <WhyLink error={error} />
        </p>
      )}
    </>
  );
}

export function SignInButton({ variant = 'filled' }: { variant?: string }) {
  const returnTo = useRouterState({ select: (state) => state.location.href });
  return (
    <ButtonLink to="/sign-in" search={{ returnTo }} variant={variant}>
      Sign in
    </ButtonLink>
  );
}

function BackHome() {
  return (
    <ButtonLink to="/" variant="default">
      Back to the start page
    </ButtonLink>
  );
}

/** Grey lines where rows will be; announced once, in words. */
export function Loading({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" className={classes.loading}>
      <span className="visually-hidden">{label}…</span>
      {Array.from({ length: rows }, (_, at) => at).map((at) => (
        <Skeleton key={at} height={14} width={`${92 - ((at * 37) % 45)}%`} radius="xs" />
      ))}
    </div>
  );
}
