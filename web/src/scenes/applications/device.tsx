import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { type Authorisation, decideDevice, findDevice } from '../../api/applications.ts';
import { type SessionUser, useSession } from '../../api/session.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { useArrival } from '../../components/page.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import signIn from '../sign-in/sign-in.module.css';
import classes from './consent.module.css';
import { Afterwards, DecisionButtons, Denied, Person, SignInFirst } from './consent-parts.tsx';
import { MayDo } from './may-do.tsx';

const route = getRouteApi('/device');

/** Where a person types the code that a device shows, and decides about it. */
export function Device() {
  const { user } = useSession();
  return <Doorway>{user ? <TypedCode user={user} /> : <SignInFirst />}</Doorway>;
}

function TypedCode({ user }: { user: SessionUser }) {
  const { user_code: given = '' } = route.useSearch();
  const [code, setCode] = useState(given);
  const heading = useArrival<HTMLHeadingElement>('Connect a device');
  const finding = useMutation({ mutationFn: () => findDevice(code) });
  const { messages } = formErrors(finding.error, []);
  if (finding.data) return <Decision userCode={code} user={user} asked={finding.data} />;
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Connect a device
      </h1>
      <p className={signIn.lead}>
        Type the code that the device or program in front of you shows. Never one that somebody sent you.
      </p>
      <form
        noValidate
        className={classes.code}
        onSubmit={(event) => {
          event.preventDefault();
          finding.mutate();
        }}
      >
        <FormAlert messages={messages} error={finding.error} />
        <TextInput
          mt={messages.length > 0 ? 'md' : 0}
          label="Code"
          placeholder="BCDF-GHJK"
          required
          maxLength={20}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt="md" loading={finding.isPending} disabled={code.trim() === ''}>
          Continue
        </Button>
      </form>
    </>
  );
}

interface DecisionProps {
  userCode: string;
  user: SessionUser;
  asked: Authorisation;
}

function Decision({ userCode, user, asked }: DecisionProps) {
  const { site } = useSession();
  const heading = useArrival<HTMLHeadingElement>(`Allow ${asked.application}?`);
  const deciding = useMutation({
    mutationFn: (allow: boolean) => decideDevice(userCode, { allow, accountId: user.accountId }),
  });
  if (deciding.isSuccess) {
    return deciding.variables ? <Connected asked={asked} /> : <Denied application={asked.application} />;
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        Allow {asked.application}?
      </h1>
      <p className={signIn.lead}>
        The device that shows {userCode.toUpperCase()} asks for access to your account on {site.title}.
      </p>
      <Person user={user} />
      <MayDo asked={asked} />
      <DecisionButtons
        busy={deciding.isPending}
        decided={deciding.variables}
        decide={deciding.mutate}
        error={deciding.error}
      />
    </>
  );
}

function Connected({ asked }: { asked: Authorisation }) {
  const heading = useArrival<HTMLHeadingElement>('Connected');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={signIn.heading}>
        {asked.application} has access
      </h1>
      <p className={signIn.lead}>Go back to the device: it goes on by itself within seconds.</p>
      <Afterwards />
    </>
  );
}
