import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incomingLinksQuery } from '../../api/incoming-links.ts';
import { AdministratorsOnly } from '../../components/administrators-only.tsx';
import { PlugIcon, PlusIcon } from '../../components/icons.tsx';
import { ButtonLink } from '../../components/links.tsx';
import { Page } from '../../components/page.tsx';
import { Failure, Loading, Notice } from '../../components/states.tsx';
import table from '../../components/table.module.css';
import { When } from '../../components/when.tsx';

export function IncomingLinks() {
  return (
    <AdministratorsOnly title="Incoming links">
      <LinkList />
    </AdministratorsOnly>
  );
}

function LinkList() {
  const links = useQuery(incomingLinksQuery);
  return (
    <Page
      title="Incoming links"
      narrow
      intro="Applications that may ask people for access by OAuth 2.0, or let them sign in with their account here (OpenID Connect)."
      actions={
        <ButtonLink to="/admin/incoming-links/new" leftSection={<PlusIcon />}>
          Add application
        </ButtonLink>
      }
    >
      {links.isPending && <Loading label="Loading the incoming links" />}
      {links.isError && <Failure error={links.error} retry={links.refetch} what="page" />}
      {links.data?.length === 0 && (
        <Notice icon={<PlugIcon size={22} />} title="No application is linked">
          Add one that speaks OAuth 2.0. Scripts and bots of one person are better off with an API token.
        </Notice>
      )}
      {links.data && links.data.length > 0 && (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`}>
            <thead>
              <tr>
                <th scope="col">Application</th>
                <th scope="col">Client id</th>
                <th scope="col">At most</th>
                <th scope="col">Added</th>
              </tr>
            </thead>
            <tbody>
              {links.data.map((link) => (
                <tr key={link.id}>
                  <td className={table.long}>
                    <Link
                      to="/admin/incoming-links/$linkId"
                      params={{ linkId: link.id }}
                      className={table.main}
                    >
                      {link.name}
                    </Link>
                    {!link.confidential && (
                      <>
                        <br />
                        <span className={table.dim}>public</span>
                      </>
                    )}
                  </td>
                  <td className={table.long}>
                    <span className={table.caption}>Client id </span>
                    <code>{link.clientId}</code>
                  </td>
                  <td className={table.long}>
                    <span className={table.caption}>At most </span>
                    {link.scopes.length === 0 ? 'sign-in only' : link.scopes.join(', ')}
                  </td>
                  <td>
                    <span className={table.caption}>Added </span>
                    <When at={link.created} />
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
