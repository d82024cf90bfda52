import { useEffect, useState } from 'react';

/**
 * For a dialog that is on the page only while it is open: the focus goes back to where it was. Mantine's own way needs
 * the dialog to stay there, closed.
 */
export function useFocusReturn(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Once the dialog is gone, or its trap would take the focus back.
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body || !before?.isConnected) return;
        (before as HTMLElement).focus({ preventScroll: true });
      });
    },
    [before],
  );
}
