import { Switch, Textarea, TextInput } from '@mantine/core';
import type { LinkInput } from '../../api/application-links.ts';
import type { User } from '../../api/users.ts';
import { inPlace } from '../../components/in-place.ts';
import { UserSelect } from '../../components/user-select.tsx';
import classes from './links.module.css';

/** What the form holds; `twoLegged` is the switch, `account` whom it names. */
export interface LinkValues {
  name: string;
  consumerKey: string;
  publicKey: string;
  callback: string;
  twoLegged: boolean;
  account: User | null;
  impersonation: boolean;
}

export const emptyLink: LinkValues = {
  name: '',
  consumerKey: '',
  publicKey: '',
  callback: '',
  twoLegged: false,
  account: null,
  impersonation: false,
};

export const inputOf = (values: LinkValues): LinkInput => ({
  name: values.name.trim(),
  consumerKey: values.consumerKey.trim(),
  publicKey: values.publicKey.trim(),
  callback: values.callback.trim() === '' ? null : values.callback.trim(),
  // Without an account the server says what is missing.
  twoLeggedAccount: values.twoLegged ? (values.account?.accountId ?? '') : null,
  impersonation: values.twoLegged && values.impersonation,
});

export const linkFields = [
  'name',
  'consumerKey',
  'publicKey',
  'callback',
  'twoLeggedAccount',
  'impersonation',
];

interface LinkFieldsProps {
  values: LinkValues;
  change: (part: Partial<LinkValues>) => void;
  errors: Record<string, string>;
}

export function LinkFields({ values, change, errors }: LinkFieldsProps) {
  return (
    <div className={classes.fields}>
      <TextInput
        name="name"
        label="Name"
        description="As people know it: the page that asks them shows it."
        placeholder="Build server"
        required
        maxLength={100}
        value={values.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={errors.name}
      />
      <TextInput
        name="consumerKey"
        label="Consumer key"
        description="The same text is set in the application."
        placeholder="build-server"
        required
        maxLength={255}
        spellCheck={false}
        value={values.consumerKey}
        onChange={(event) => change({ consumerKey: event.currentTarget.value })}
        error={errors.consumerKey}
      />
      <Textarea
        name="publicKey"
        label="Public key"
        description="RSA, of 3072 bits or more; at least 2048. PEM, or a certificate. The private key stays with the application."
        placeholder="-----BEGIN PUBLIC KEY-----"
        required
        rows={7}
        maxLength={20_000}
        spellCheck={false}
        className={classes.pem}
        value={values.publicKey}
        onChange={(event) => change({ publicKey: event.currentTarget.value })}
        error={errors.publicKey}
      />
      <TextInput
        name="callback"
        label="Callback"
        description="Where people are sent back to. Empty: wherever the application says, or a code that they type into it."
        placeholder="https://build.example.com/oauth/callback"
        maxLength={2000}
        spellCheck={false}
        value={values.callback}
        onChange={(event) => change({ callback: event.currentTarget.value })}
        error={errors.callback}
      />
      <Switch
        label="May ask without a person (two-legged)"
        description="Requests with an empty token act as one account, without anybody being asked."
        checked={values.twoLegged}
        onChange={(event) => change({ twoLegged: event.currentTarget.checked })}
      />
      {values.twoLegged && (
        <div className={classes.under}>
          <UserSelect
            among="everybody"
            label="Account"
            description="Take one that may do what the application needs, and no more."
            required
            clearable={false}
            comboboxProps={inPlace}
            value={values.account}
            onChange={(account) => change({ account })}
            error={errors.twoLeggedAccount}
          />
          <Switch
            label="May act as any account (impersonation)"
            description="By user_id or xoauth_requestor_id in the address. Whoever has the private key is then everybody, administrators too."
            checked={values.impersonation}
            onChange={(event) => change({ impersonation: event.currentTarget.checked })}
            error={errors.impersonation}
          />
        </div>
      )}
    </div>
  );
}
