import { MultiSelect, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { groupsQuery } from '../../api/groups.ts';
import type { AccountRules, ProviderKind } from '../../api/identity-providers.ts';
import { GroupPairs } from './group-pairs.tsx';
import classes from './single-sign-on.module.css';

interface AccountRulesFieldsProps {
  kind: ProviderKind;
  rules: AccountRules;
  change: (rules: AccountRules) => void;
  error: string | undefined;
}

const attributeNames = [
  { name: 'userName', label: 'User name' },
  { name: 'email', label: 'E-mail' },
  { name: 'displayName', label: 'Display name' },
  { name: 'groups', label: 'Groups' },
] as const;

const usual: Record<ProviderKind, Record<(typeof attributeNames)[number]['name'], string>> = {
  saml: {
    userName: 'uid, username, login …',
    email: 'email, mail …',
    displayName: 'displayName, name, cn …',
    groups: 'groups, memberOf …',
  },
  oidc: { userName: 'preferred_username', email: 'email', displayName: 'name', groups: 'groups' },
  ldap: {
    userName: 'uid, sAMAccountName',
    email: 'mail',
    displayName: 'displayName, cn',
    groups: 'memberOf',
  },
};

export function AccountRulesFields({ kind, rules, change, error }: AccountRulesFieldsProps) {
  const groups = useQuery(groupsQuery(''));
  const names = [...new Set([...(groups.data?.groups.map(({ name }) => name) ?? []), ...rules.joins])];
  const set = (part: Partial<AccountRules>) => change({ ...rules, ...part });
  return (
    <div className={classes.fields}>
      <Switch
        label="Make an account for whoever is new"
        description="Off: only accounts that exist and are linked get in."
        checked={rules.createsAccounts}
        onChange={(event) => set({ createsAccounts: event.currentTarget.checked })}
      />
      <Switch
        label="Keep name and e-mail as the provider has them"
        checked={rules.updatesAccounts}
        onChange={(event) => set({ updatesAccounts: event.currentTarget.checked })}
      />
      <Switch
        label="Ask for this site’s second step as well"
        description="Off: the provider’s own word is enough."
        checked={rules.asksSecondFactor}
        onChange={(event) => set({ asksSecondFactor: event.currentTarget.checked })}
      />
      <MultiSelect
        label="Everybody joins"
        placeholder={rules.joins.length === 0 ? 'No group' : ''}
        data={names}
        value={rules.joins}
        onChange={(joins) => set({ joins })}
        searchable
        error={error}
      />
      <GroupPairs pairs={rules.groups} ours={names} change={(pairs) => set({ groups: pairs })} />
      <fieldset className={classes.fieldset}>
        <legend className={classes.legend}>Names of the provider’s attributes</legend>
        <p className={classes.dim}>Only where they are not the usual ones.</p>
        <div className={classes.fields}>
          {attributeNames.map(({ name, label }) => (
            <TextInput
              key={name}
              label={label}
              placeholder={usual[kind][name]}
              autoComplete="off"
              value={rules.attributes[name] ?? ''}
              onChange={(event) => {
                const { [name]: _, ...others } = rules.attributes;
                const typed = event.currentTarget.value;
                set({ attributes: typed === '' ? others : { ...others, [name]: typed } });
              }}
            />
          ))}
        </div>
      </fieldset>
    </div>
  );
}
