import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ButtonLink } from '../../components/links.tsx';
import { useArrival } from '../../components/page.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import classes from '../sign-in/sign-in.module.css';
import { useCode } from './use-code.ts';
import { isLinkRefused, UsedUp } from './used-up.tsx';

interface OneClickProps {
  title: string;
  /** What the button does, before it is pressed. */
  lead: ReactNode;
  verb: string;
  act: (code: string) => Promise<void>;
  done: { title: string; text: ReactNode; next: ReactNode };
  /** What helps when the link does not work any more, or came without its code. */
  otherwise: ReactNode;
}

/**
 * What a mailed link does once its reader says so: mail filters open links, too, and must not use them up.
 */
export function OneClick(props: OneClickProps) {
  const [{ code, times }] = useCode();
  return (
    <Doorway>
      {code === null ? <NoCode {...props} /> : <WithCode key={times} code={code} {...props} />}
    </Doorway>
  );
}

function NoCode({ title, otherwise }: OneClickProps) {
  const heading = useArrival<HTMLHeadingElement>(title);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        This link is not complete
      </h1>
      <p className={classes.lead}>Open it from the mail once more, or copy all of it into the address bar.</p>
      <div className={classes.form}>{otherwise}</div>
    </>
  );
}

function WithCode({ code, title, lead, verb, act, done, otherwise }: OneClickProps & { code: string }) {
  const heading = useArrival<HTMLHeadingElement>(title);
  const acting = useMutation({ mutationFn: () => act(code) });
  const { messages } = formErrors(acting.error, ['code']);
  if (acting.isSuccess) {
    return (
      <>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          {done.title}
        </h1>
        <p className={classes.lead} role="status">
          {done.text}
        </p>
        <div className={classes.form}>{done.next}</div>
      </>
    );
  }
  if (isLinkRefused(acting.error)) {
    return (
      <>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          This link does not work any more
        </h1>
        <UsedUp error={acting.error}>{otherwise}</UsedUp>
      </>
    );
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        {title}
      </h1>
      <p className={classes.lead}>{lead}</p>
      <div className={classes.form}>
        <FormAlert messages={messages} error={acting.error} />
        <Button fullWidth loading={acting.isPending} onClick={() => acting.mutate()}>
          {verb}
        </Button>
      </div>
    </>
  );
}

export function GoToSignIn() {
  return (
    <ButtonLink to="/sign-in" search={{}} fullWidth>
      Sign in
    </ButtonLink>
  );
}
