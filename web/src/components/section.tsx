import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

interface SectionProps {
  title: string;
  /** What it is about, in a sentence or two. */
  intro?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** One subject of a page that has several. */
export function Section({ title, intro, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {intro && <p className={classes.intro}>{intro}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
