import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ButtonLink } from '../../components/links.tsx';
import classes from './jql-bar.module.css';

interface JqlBarProps {
  jql: string;
  /** Why the server does not accept the query; it names the position. */
  refusal: string[];
  run: (jql: string) => void;
}

export function JqlBar({ jql, refusal, run }: JqlBarProps) {
  const [typed, setTyped] = useState(jql);
  return (
    <search aria-label="Search with JQL">
      <form
        className={classes.bar}
        onSubmit={(event) => {
          event.preventDefault();
          run(typed.trim());
        }}
      >
        <Textarea
          className={classes.box}
          aria-label="JQL query"
          placeholder="project = QA AND status != Done ORDER BY priority DESC"
          autosize
          minRows={1}
          maxRows={8}
          spellCheck={false}
          autoCapitalize="none"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            run(typed.trim());
          }}
          error={
            refusal.length > 0 ? (
              <span role="alert" className={classes.refusal}>
                {refusal.join('\n')}
              </span>
            ) : null
          }
          classNames={{ input: classes.input ?? '' }}
        />
        <Button type="submit">Search</Button>
        <ButtonLink to="/issues" search={{}} variant="subtle" color="gray">
          Use filters
        </ButtonLink>
      </form>
    </search>
  );
}
