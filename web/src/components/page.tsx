import { type ReactNode, useEffect, useRef } from 'react';
import { useSession } from '../api/session.ts';
import classes from './page.module.css';

let firstPage = true;

interface PageProps {
  /** The document's title, and the heading unless another is given. */
  title: string;
  heading?: ReactNode;
  /** What stands above the heading: where this page belongs. */
  above?: ReactNode;
  intro?: ReactNode;
  actions?: ReactNode;
  /** For pages to be read rather than scanned. */
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every page inside the shell: title, heading that takes the focus on arrival, actions. */
export function Page({ title, heading, above, intro, actions, narrow = false, children }: PageProps) {
  const headingRef = useArrival<HTMLHeadingElement>(title);
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      {above && <div className={classes.above}>{above}</div>}
      <header className={classes.header}>
        <div className={classes.titles}>
          <h1 ref={headingRef} tabIndex={-1} className={classes.heading}>
            {heading ?? title}
          </h1>
          {intro && <p className={classes.intro}>{intro}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/**
 * Sets the document's title and, when the page was reached from another one, moves the focus to its heading:
 * a change of page inside the app would otherwise go unnoticed by a screen reader.
 */
export function useArrival<E extends HTMLElement>(title: string) {
  const { site } = useSession();
  const ref = useRef<E>(null);
  useEffect(() => {
    document.title = `${title} · ${site.title}`;
  }, [title, site.title]);
  useEffect(() => {
    // Who has begun to type by now keeps the box they type in.
    if (!firstPage && !document.activeElement?.matches('input, textarea, select')) {
      ref.current?.focus({ preventScroll: true });
    }
    firstPage = false;
  }, []);
  return ref;
}
