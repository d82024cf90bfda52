import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './styles/global.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query-client.ts';
import { ApiError, onUnauthenticated } from './api/request.ts';
import { forgetSession, type Session, sessionQuery, watchForOtherUser } from './api/session.ts';
import { confirmThroughDialog } from './api/websudo.ts';
import { listenForShortcuts } from './components/shortcuts.ts';
import { router } from './router.tsx';
import { nonce } from './styles/nonce.ts';
import { colorSchemeManager, cssVariablesResolver, theme } from './styles/theme.ts';

// A session that ended meanwhile: sign in again, and come back to where this happened.
onUnauthenticated(async () => {
  const session = queryClient.getQueryData<Session>(sessionQuery.queryKey);
  if (!session?.user) return;
  queryClient.setQueryData<Session>(sessionQuery.queryKey, { ...session, user: null });
  const returnTo = router.state.location.href;
  // Out of reach, the server cannot say more than it did: this session is over.
  await forgetSession().catch(() => {});
  await router.navigate({ to: '/sign-in', search: { returnTo, ended: true } });
});

watchForOtherUser(() => void router.invalidate());
listenForShortcuts();
confirmThroughDialog();

/** A refusal is shown on the page, with its request; the console is for what nobody expected. */
function onCaughtError(error: unknown): void {
  if (!(error instanceof ApiError)) console.error(error);
}

/** Inside the router, so that what they say may link to a page. */
function WithNotifications({ children }: { children: ReactNode }) {
  return (
    <>
      <Notifications position="bottom-right" limit={4} />
      {children}
    </>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root, { onCaughtError }).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        getStyleNonce={() => nonce}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemeManager}
        cssVariablesResolver={cssVariablesResolver}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} InnerWrap={WithNotifications} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
