import type { ReactNode } from 'react';
import { CopyLine } from '../../components/copy.tsx';
import { Section } from '../../components/section.tsx';
import classes from './single-sign-on.module.css';

interface ToldProps {
  providerName: string;
  lines: readonly { name: string; value: string }[];
  children?: ReactNode;
}

/** What the other side asks for, to be copied there. */
export function Told({ providerName, lines, children }: ToldProps) {
  return (
    <Section title={`What ${providerName} must know of this site`}>
      <dl className={classes.told}>
        {lines.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <CopyLine value={value} label={name} />
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </Section>
  );
}
