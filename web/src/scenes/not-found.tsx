import { ButtonLink } from '../components/links.tsx';
import { Page } from '../components/page.tsx';
import { Notice } from '../components/states.tsx';

export function NotFound() {
  return (
    <Page title="Page not found" narrow>
      <Notice
        title="There is no page at this address"
        actions={
          <>
            <ButtonLink to="/">Start page</ButtonLink>
            <ButtonLink to="/issues" search={{}} variant="default">
              Search issues
            </ButtonLink>
          </>
        }
      >
        Issues live at <code>/browse/QA-31</code>. If a link brought you here, it may be older than the page
        it points to.
      </Notice>
    </Page>
  );
}
