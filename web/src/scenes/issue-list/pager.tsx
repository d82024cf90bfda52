import { Button } from '@mantine/core';
import type { SearchPage } from '../../api/issues.ts';
import { ChevronLeftIcon, ChevronRightIcon } from '../../components/icons.tsx';
import classes from './pager.module.css';

export function Pager({ page, goTo }: { page: SearchPage; goTo: (startAt: number) => void }) {
  const from = Math.min(page.startAt + 1, page.total);
  const to = page.startAt + page.issues.length;
  const number = new Intl.NumberFormat('en-GB');
  return (
    <nav className={classes.pager} aria-label="Pages of the list">
      <span role="status">
        {page.issues.length === 0
          ? `Nothing here; ${number.format(page.total)} in all`
          : `${number.format(from)}–${number.format(to)} of ${number.format(page.total)}`}
      </span>
      {page.total > page.maxResults && (
        <span className={classes.buttons}>
          <Button
            variant="default"
            size="xs"
            leftSection={<ChevronLeftIcon size={14} />}
            disabled={page.startAt === 0}
            onClick={() => goTo(Math.max(0, page.startAt - page.maxResults))}
          >
            Previous
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<ChevronRightIcon size={14} />}
            disabled={to >= page.total}
            onClick={() => goTo(page.startAt + page.maxResults)}
          >
            Next
          </Button>
        </span>
      )}
    </nav>
  );
}
