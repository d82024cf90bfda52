import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ApplicationLink, linksQuery } from '../../api/application-links.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { PlugIcon, PlusIcon } from '../../components/icons.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import classes from './links.module.css';

export function Links() {
  return (
    <AdministratorsOnly title="Application links">
      <LinkList />
    </AdministratorsOnly>
  );
}

function LinkList() {
  const links = useQuery(linksQuery);
  return (
    <Page
      title="Application links"
      narrow
      intro="Applications that may ask people to let them act in their name (OAuth 1.0a, as in Jira). Each signs its requests with a key of its own."
      actions={
        <ButtonLink to="/admin/application-links/new" leftSection={<PlusIcon />}>
          Add application
        </ButtonLink>
      }
    >
      {links.isPending && <Loading label="Loading the application links" />}
      {links.isError && <Failure error={links.error} retry={links.refetch} what="page" />}
      {links.data?.length === 0 && (
        <Notice icon={<PlugIcon size={22} />} title="No application is linked">
          Add one that speaks OAuth 1.0a. Scripts and bots of one person are better off with an API token.
        </Notice>
      )}
      {links.data && links.data.length > 0 && (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`}>
            <thead>
              <tr>
                <th scope="col">Application</th>
                <th scope="col">Consumer key</th>
                <th scope="col">Acts for</th>
                <th scope="col">Key</th>
              </tr>
            </thead>
            <tbody>
              {links.data.map((link) => (
                <tr key={link.id}>
                  <td className={table.long}>
                    <Link
                      to="/admin/application-links/$linkId"
                      params={{ linkId: link.id }}
                      className={table.main}
                    >
                      {link.name}
                    </Link>
                  </td>
                  <td className={table.long}>
                    <span className={table.caption}>Consumer key </span>
                    <code>{link.consumerKey}</code>
                  </td>
                  <td>
                    <span className={table.caption}>Acts for </span>
                    <ActsFor link={link} />
                  </td>
                  <td className={table.end}>
                    <span className={classes.bits} data-short={link.keyIsShort || undefined}>
                      {link.keyBits} bits
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}

function ActsFor({ link: { people, twoLeggedAccount, impersonation } }: { link: ApplicationLink }) {
  const parts = [
    people === 1 ? '1 person' : `${people} people`,
    ...(impersonation ? ['any account'] : twoLeggedAccount === null ? [] : [twoLeggedAccount.displayName]),
  ];
  return <>{parts.join(', ')}</>;
}
