import { useState } from 'react';

const prefix = 'tessera-draft.';

/**
 * Text being written, kept for this tab until it is sent or given up, so that neither a reload nor a session
 * that ended meanwhile costs it.
 */
export function useDraft(name: string, initial: string) {
  const [draft, setDraft] = useState(() => read(name) ?? initial);
  const change = (text: string) => {
    setDraft(text);
    write(name, text === initial ? null : text);
  };
  const forget = () => {
    setDraft(initial);
    write(name, null);
  };
  return [draft, change, forget] as const;
}

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

function write(name: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(prefix + name);
    else sessionStorage.setItem(prefix + name, text);
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
  }
}
