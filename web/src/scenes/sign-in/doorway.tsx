import type { ReactNode } from 'react';
import { Mark, MosaicArt } from '../../components/brand.tsx';
import classes from './doorway.module.css';

/** The frame of the pages before one is in: signing in and setting up. */
export function Doorway({ children }: { children: ReactNode }) {
  return (
    <div className={classes.doorway}>
      <main className={classes.side}>
        <div className={classes.card}>
          <div className={classes.mark}>
            <Mark size={40} />
          </div>
          {children}
        </div>
      </main>
      <div className={classes.art}>
        <MosaicArt />
      </div>
    </div>
  );
}
