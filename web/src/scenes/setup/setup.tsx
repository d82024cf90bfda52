import { Alert, Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { ApiError } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { setUp, setupCodeQuery } from '../../api/setup.ts';
import { ButtonLink } from '../../components/links.tsx';
import { NewPasswordField } from '../../components/new-password-field.tsx';
import { useArrival } from '../../components/page.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { Doorway } from '../sign-in/doorway.tsx';
import classes from '../sign-in/sign-in.module.css';

const route = getRouteApi('/setup');

export function Setup() {
  const { code } = route.useSearch();
  const { site } = useSession();
  const heading = useArrival<HTMLHeadingElement>('Set up');
  return (
    <Doorway>
      <h1 ref={heading} tabIndex={-1} className={classes.heading}>
        Welcome to Tessera
      </h1>
      {!site.setupRequired ? <AlreadyDone /> : code ? <WithCode code={code} /> : <NoCode />}
    </Doorway>
  );
}

function AlreadyDone() {
  return (
    <>
      <p className={classes.lead}>This site has been set up already.</p>
      <ButtonLink to="/sign-in" search={{}} fullWidth>
        Sign in
      </ButtonLink>
    </>
  );
}

function NoCode() {
  return (
    <p className={classes.lead}>
      This site has no administrator yet. Open the one-time link that the server printed when it started: it
      proves that you run this server. A new start prints a new link.
    </p>
  );
}

function WithCode({ code }: { code: string }) {
  const check = useQuery(setupCodeQuery(code));
  if (check.isPending) return <Loading rows={3} />;
  if (check.isError) return <Failure error={check.error} retry={check.refetch} what="page" />;
  if (check.data.valid) return <FirstAdministratorForm code={code} />;
  return (
    <p className={classes.lead} role="alert">
      This link is not valid, or no longer. Use the newest one that the server printed; a new start prints
      another.
    </p>
  );
}

function FirstAdministratorForm({ code }: { code: string }) {
  const router = useRouter();
  const form = useForm({
    initialValues: { email: '', username: '', displayName: '', password: '', again: '' },
    validate: {
      email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'Enter an e-mail address.'),
      username: (name) => (name.trim() === '' ? 'Choose a user name.' : null),
      displayName: (name) => (name.trim() === '' ? 'Enter your name.' : null),
      password: (password) => (password === '' ? 'Choose a password.' : null),
      again: (again, { password }) => (again === password ? null : 'The two passwords differ.'),
    },
  });
  const settingUp = useMutation({
    mutationFn: (values: typeof form.values) =>
      setUp({
        code,
        email: values.email.trim(),
        username: values.username.trim(),
        displayName: values.displayName.trim(),
        password: values.password,
      }),
    onSuccess: async () => {
      await router.invalidate();
      await router.navigate({ to: '/', replace: true });
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      form.setErrors(error.fields);
      form.getInputNode(Object.keys(error.fields)[0] ?? '')?.focus();
    },
  });
  const messages = settingUp.error instanceof ApiError ? settingUp.error.messages : [];
  return (
    <>
      <p className={classes.lead}>Create the first account. It will be the administrator’s.</p>
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit(
          (values) => settingUp.mutate(values),
          (errors) => form.getInputNode(Object.keys(errors)[0] ?? 'email')?.focus(),
        )}
      >
        {messages.length > 0 && (
          <Alert color="red" role="alert" className={classes.alert}>
            {messages.join(' ')}
          </Alert>
        )}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="email"
          data-autofocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <TextInput
          label="Your name"
          autoComplete="name"
          key={form.key('displayName')}
          {...form.getInputProps('displayName')}
        />
        <TextInput
          label="User name"
          description="Short and without spaces; mentions and scripts use it."
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <NewPasswordField
          label="Password"
          key={form.key('password')}
          {...form.getInputProps('password')}
          value={form.values.password}
        />
        <PasswordField
          label="Password again"
          autoComplete="new-password"
          toggleLabel="Show the repeated password"
          key={form.key('again')}
          {...form.getInputProps('again')}
        />
        <Button type="submit" fullWidth loading={settingUp.isPending} mt={4}>
          Create account and sign in
        </Button>
      </form>
    </>
  );
}
