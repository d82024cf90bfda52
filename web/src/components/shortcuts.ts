import { useEffect, useRef, useSyncExternalStore } from 'react';

const storageKey = 'tessera-shortcuts';
const listeners = new Set<() => void>();
const bindings = new Map<string, () => void>();

/** Whether single keys act as shortcuts. They can be switched off (WCAG 2.2, 2.1.4: speech input types keys). */
export function useShortcutsEnabled(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, shortcutsEnabled);
}

function shortcutsEnabled(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export function setShortcutsEnabled(enabled: boolean): void {
  try {
    localStorage.setItem(storageKey, enabled ? 'on' : 'off');
  } catch {
    // Storage is forbidden: the choice cannot be kept.
  }
  for (const listener of listeners) listener();
}

/** Binds a key ('c') or two pressed in a row ('g i') while the calling component is on the page. */
export function useShortcut(keys: string, act: () => void, active = true): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!active) return;
    const run = () => latest.current();
    bindings.set(keys, run);
    return () => {
      if (bindings.get(keys) === run) bindings.delete(keys);
    };
  }, [keys, active]);
}

let prefix = '';
let prefixAtMs = 0;

/** Listens for as long as the app runs; called once, at its start. */
export function listenForShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (!shortcutsEnabled() || isTyping(event.target) || document.querySelector('[role="dialog"]')) return;
    const sequence = prefix && Date.now() - prefixAtMs < 1200 ? `${prefix} ${event.key}` : event.key;
    const bound = bindings.get(sequence);
    prefix = '';
    if (bound) {
      event.preventDefault();
      bound();
    } else if (
      event.key.length === 1 &&
      [...bindings.keys()].some((keys) => keys.startsWith(`${event.key} `))
    ) {
      prefix = event.key;
      prefixAtMs = Date.now();
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches('input, textarea, select, [role="menu"] *, [role="listbox"] *')
  );
}
