import { Kbd, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { SearchIcon } from '../../components/icons.tsx';
import { useShortcut, useShortcutsEnabled } from '../../components/shortcuts.ts';
import classes from './quick-search.module.css';

/** An issue's key opens the issue; any other words search for them. */
export function QuickSearch({ listens }: { listens: boolean }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const shortcuts = useShortcutsEnabled();
  useShortcut('/', () => input.current?.focus(), listens);

  const search = (event: React.SubmitEvent) => {
    event.preventDefault();
    const wanted = words.trim();
    if (wanted === '') return;
    setWords('');
    input.current?.blur();
    if (/^[A-Za-z][A-Za-z0-9_]*-\d+$/.test(wanted)) {
      void navigate({ to: '/browse/$issueKey', params: { issueKey: wanted.toUpperCase() } });
    } else {
      void navigate({ to: '/issues', search: { text: wanted } });
    }
  };

  return (
    <search>
      <form onSubmit={search}>
        <TextInput
          ref={input}
          type="search"
          size="sm"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          placeholder="Key or words"
          aria-label="Search issues by key or words"
          aria-keyshortcuts={listens && shortcuts ? '/' : undefined}
          leftSection={<SearchIcon />}
          rightSection={
            listens && shortcuts ? (
              <Kbd size="xs" aria-hidden="true">
                /
              </Kbd>
            ) : null
          }
          rightSectionPointerEvents="none"
          classNames={{ input: classes.input ?? '' }}
        />
      </form>
    </search>
  );
}
