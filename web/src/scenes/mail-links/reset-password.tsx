import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { askForPasswordReset, resetPassword } from '../../api/mail-links.ts';
import { forgetSession } from '../../api/session.ts';
import { FormAlert } from '../../components/form-alert.tsx';
import { formErrors } from '../../components/form-errors.ts';
import { ButtonLink, TextLink } from '../../components/links.tsx';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { useArrival } from '../../components/page.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import classes from '../sign-in/sign-in.module.css';
import { useCode } from './use-code.ts';
import { isLinkRefused, UsedUp } from './used-up.tsx';

export function ResetPassword() {
  const [{ code, times }, forgetCode] = useCode();
  return (
    <Doorway>{code === null ? <Ask /> : <Choose key={times} code={code} startOver={forgetCode} />}</Doorway>
  );
}

function Ask() {
  const heading = useArrival<HTMLHeadingElement>('Forgot your password?');
  const [account, setAccount] = useState('');
  const asking = useMutation({ mutationFn: askForPasswordReset });
  const { fields, messages } = formErrors(asking.error, ['account']);
  if (asking.isSuccess) {
    return (
      <>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          Look into your mail
        </h1>
        <div role="status">
          <p className={classes.lead}>
            If there is an account for <strong className={classes.word}>{asking.variables}</strong>, a mail
            with a link is on its way to its address. The link works once, within an hour.
          </p>
          <p className={classes.next}>
            No mail after some minutes? Look among the spam, check the spelling, or ask an administrator: they
            can give you a new password.
          </p>
        </div>
        <div className={classes.form}>
          <Button variant="default" fullWidth onClick={() => asking.reset()}>
            Try another name
          </Button>
          <BackToSignIn />
        </div>
      </>
    );
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Forgot your password?
      </h1>
      <p className={classes.lead}>We send you a link to choose a new one.</p>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          asking.mutate(account.trim());
        }}
      >
        <FormAlert messages={messages} error={asking.error} />
        <TextInput
          label="E-mail or user name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          error={fields.account}
        />
        <Button type="submit" fullWidth loading={asking.isPending}>
          Send the link
        </Button>
        <BackToSignIn />
      </form>
    </>
  );
}

function Choose({ code, startOver }: { code: string; startOver: () => void }) {
  const heading = useArrival<HTMLHeadingElement>('Choose a new password');
  const [password, setPassword] = useState('');
  const resetting = useMutation({
    mutationFn: () => resetPassword({ code, password }),
    // Every session of the account has ended with its old password.
    onSuccess: () => forgetSession().catch(() => {}),
  });
  const { fields, messages } = formErrors(resetting.error, ['password', 'code']);
  if (resetting.isSuccess) {
    return (
      <>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          Your password is changed
        </h1>
        <p className={classes.lead} role="status">
          Whoever was signed in to your account with the old one is not any more. Your API tokens still work.
        </p>
        <div className={classes.form}>
          <ButtonLink to="/sign-in" search={{}} fullWidth>
            Sign in with the new password
          </ButtonLink>
        </div>
      </>
    );
  }
  if (isLinkRefused(resetting.error)) {
    return (
      <>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          This link does not work any more
        </h1>
        <UsedUp error={resetting.error}>
          <Button fullWidth onClick={startOver}>
            Send me a new link
          </Button>
          <BackToSignIn />
        </UsedUp>
      </>
    );
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Choose a new password
      </h1>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          resetting.mutate();
        }}
      >
        <FormAlert messages={messages} error={resetting.error} />
        <NewPasswordField
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={fields.password}
        />
        <Button type="submit" fullWidth loading={resetting.isPending}>
          Change the password
        </Button>
      </form>
    </>
  );
}

function BackToSignIn() {
  return (
    <TextLink to="/sign-in" search={{}} size="sm">
      Back to signing in
    </TextLink>
  );
}
