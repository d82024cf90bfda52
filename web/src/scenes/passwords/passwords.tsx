import { useQuery } from '@tanstack/react-query';
import { basicAuthConfigQuery, passwordUseQuery } from '../../api/password-use.ts';
import { userId } from '../../api/users.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { CheckIcon } from '../../components/icons.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';
import { BasicAuthForm } from './basic-auth-form.tsx';

export function Passwords() {
  return (
    <AdministratorsOnly title="Passwords">
      <PasswordsPage />
    </AdministratorsOnly>
  );
}

function PasswordsPage() {
  const config = useQuery(basicAuthConfigQuery);
  return (
    <Page
      title="Passwords"
      narrow
      intro="Over REST, an account password is deprecated: it cannot be limited, and one leak opens everything. API tokens replace it. Here you see who still sends one, and close that door once nobody does."
    >
      <Section
        title="Who still uses a password"
        intro="Accounts that signed in over REST with their password. Signing in on the web pages is not counted."
      >
        <UseTable />
      </Section>
      <Section
        title="Passwords over REST"
        intro="Switched off, every password is refused alike, whether it is right or wrong, and none is looked at. The web pages go on taking passwords."
      >
        {config.isPending && <Loading rows={3} label="Loading the switch" />}
        {config.isError && <Failure error={config.error} retry={config.refetch} what="section" />}
        {config.data && <BasicAuthForm config={config.data} />}
      </Section>
    </Page>
  );
}

function UseTable() {
  const use = useQuery(passwordUseQuery);
  if (use.isPending) return <Loading rows={4} label="Loading who uses passwords" />;
  if (use.isError) return <Failure error={use.error} retry={use.refetch} what="list" />;
  if (use.data.length === 0) {
    return (
      <Notice icon={<CheckIcon size={22} />} title="Nobody uses a password over REST">
        Passwords can be switched off below without anybody noticing.
      </Notice>
    );
  }
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${table.stacked}`} aria-label="Who still uses a password">
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col">Times</th>
            <th scope="col">Last used</th>
            <th scope="col">From</th>
            <th scope="col">Program</th>
          </tr>
        </thead>
        <tbody>
          {use.data.map(({ user, count, lastUsedAt, address, userAgent }) => (
            <tr key={userId(user)}>
              <td>
                <span className={table.main}>{user.displayName}</span>{' '}
                <span className={table.dim}>{user.name}</span>
              </td>
              <td>
                <span className={table.caption}>Times </span>
                {count.toLocaleString('en')}
              </td>
              <td>
                <span className={table.caption}>Last used </span>
                <When at={lastUsedAt} />
              </td>
              <td>
                <span className={table.caption}>From </span>
                {address}
              </td>
              <td className={table.long}>
                <span className={table.caption}>Program </span>
                {userAgent || <span className={table.dim}>not named</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
