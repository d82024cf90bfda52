import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { choicesQuery, type GrantKind, type IncomingLinkInput } from '../../api/incoming-links.ts';
import classes from './links.module.css';

export interface LinkValues {
  name: string;
  /** One a line. */
  redirectUris: string;
  scopes: string[];
  grants: GrantKind[];
  actsAs: string;
}

export const emptyLink: LinkValues = {
  name: '',
  redirectUris: '',
  scopes: ['READ'],
  grants: ['authorization_code', 'refresh_token'],
  actsAs: '',
};

export const inputOf = (values: LinkValues): IncomingLinkInput => ({
  name: values.name.trim(),
  redirectUris: values.redirectUris
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  scopes: values.scopes,
  grants: values.grants,
  actsAs: values.actsAs.trim() === '' ? null : values.actsAs.trim(),
});

export const linkFields = ['name', 'redirectUris', 'scopes', 'grants', 'actsAs'];

const grantTexts: { grant: GrantKind; label: string; description: string }[] = [
  {
    grant: 'authorization_code',
    label: 'People allow it in their browser',
    description: 'Authorization code, always with PKCE (S256).',
  },
  {
    grant: 'device_code',
    label: 'People type a code that it shows',
    description: 'For devices and command lines without a browser.',
  },
  {
    grant: 'refresh_token',
    label: 'It keeps the access for up to 90 days without use',
    description: 'Refresh tokens, new with each use. Else access ends after an hour.',
  },
  {
    grant: 'client_credentials',
    label: 'It asks for itself, without a person',
    description: 'Client credentials: it acts as one account.',
  },
];

interface LinkFieldsProps {
  values: LinkValues;
  change: (part: Partial<LinkValues>) => void;
  errors: Record<string, string>;
}

export function LinkFields({ values, change, errors }: LinkFieldsProps) {
  const { data: choices } = useQuery(choicesQuery);
  const byPeople = values.grants.includes('authorization_code');
  return (
    <div className={classes.fields}>
      <TextInput
        name="name"
        label="Name"
        description="As people know it: the page that asks them shows it."
        placeholder="Planning board"
        required
        maxLength={100}
        value={values.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={errors.name}
      />
      <Checkbox.Group
        label="How it asks for access"
        value={values.grants}
        onChange={(grants) => change({ grants: grants as GrantKind[] })}
        error={errors.grants}
      >
        <div className={classes.choices}>
          {grantTexts.map(({ grant, label, description }) => (
            <Checkbox key={grant} value={grant} label={label} description={description} />
          ))}
        </div>
      </Checkbox.Group>
      {values.grants.includes('client_credentials') && (
        <TextInput
          name="actsAs"
          label="Acts as"
          description="User name of the account whose rights it has then. A service account is best."
          placeholder="build-bot"
          required
          maxLength={255}
          spellCheck={false}
          value={values.actsAs}
          onChange={(event) => change({ actsAs: event.currentTarget.value })}
          error={errors.actsAs}
        />
      )}
      <Textarea
        name="redirectUris"
        label="Redirect addresses"
        description="Where people are sent back to, one a line. Compared character by character; https, or http on the person's own computer."
        placeholder="https://board.example.com/oauth/callback"
        required={byPeople}
        autosize
        minRows={2}
        spellCheck={false}
        value={values.redirectUris}
        onChange={(event) => change({ redirectUris: event.currentTarget.value })}
        error={errors.redirectUris}
      />
      <Checkbox.Group
        label="What it may ask for, at most"
        description="Never more than the person may who allows it. Those in capitals are Data Center's, each with all above it; the others Cloud's."
        value={values.scopes}
        onChange={(scopes) => change({ scopes })}
        error={errors.scopes}
      >
        <div className={classes.choices}>
          {choices?.scopes.map(({ scope, text }) => (
            <Checkbox key={scope} value={scope} label={scope} description={text} />
          ))}
        </div>
      </Checkbox.Group>
    </div>
  );
}
