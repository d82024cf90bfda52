import { ActionIcon, Drawer } from '@mantine/core';
import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useSession } from '../../api/session.ts';
import { settlePasswordAsked, useIsPasswordAsked } from '../../api/websudo.ts';
import { Mark } from '../../components/brand.tsx';
import { MenuIcon, PlusIcon } from '../../components/icons.tsx';
import { useShortcut } from '../../components/shortcuts.ts';
import type { CreateDefaults } from '../create-issue/choice.ts';
import { AdministratorAccess } from './administrator-access.tsx';
import { projectAt } from './project-at.ts';
import classes from './shell.module.css';
import { ShortcutHelp } from './shortcut-help.tsx';
import { Sidebar } from './sidebar.tsx';

const CreateIssue = lazy(() =>
  import('../create-issue/create-issue.tsx').then((module) => ({ default: module.CreateIssue })),
);

const ConfirmPassword = lazy(() =>
  import('./confirm-password.tsx').then((module) => ({ default: module.ConfirmPassword })),
);

/** What stands around every page: the way to everything else, and the dialogs that open from anywhere. */
export function Shell() {
  const { user, site } = useSession();
  const router = useRouter();
  const main = useRef<HTMLElement>(null);
  const [drawerOpened, setDrawerOpened] = useState(false);
  const [helpOpened, setHelpOpened] = useState(false);
  const [creating, setCreating] = useState<CreateDefaults | null>(null);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const loading = useRouterState({ select: (state) => state.isLoading });

  const passwordAsked = useIsPasswordAsked();

  const create = () => setCreating({ projectKey: projectAt(router.state.location) });
  const signedIn = user !== null;
  useShortcut('c', create, signedIn);
  useShortcut('?', () => setHelpOpened(true));
  useShortcut('g h', () => router.navigate({ to: '/' }));
  useShortcut('g i', () => router.navigate({ to: '/issues', search: {} }));
  useShortcut('g p', () => router.navigate({ to: '/projects' }));
  useShortcut('g t', () => router.navigate({ to: '/profile/tokens' }), signedIn);

  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving anywhere closes what is open
  useEffect(() => {
    setDrawerOpened(false);
    // Whoever leaves the page does not want any more what it asked the password for.
    return () => settlePasswordAsked(false);
  }, [pathname]);

  return (
    <>
      <a
        className={classes.skip}
        href={`${router.state.location.publicHref}#content`}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      {loading && <div className={classes.progress} />}
      {/* Not a header: the dialogs' own headers count as the page's, and there may be one only. */}
      <section className={classes.topbar} aria-label="Top bar">
        <ActionIcon size="lg" aria-label="Open the menu" onClick={() => setDrawerOpened(true)}>
          <MenuIcon size={20} />
        </ActionIcon>
        <Link to="/" className={classes.brand}>
          <Mark size={22} />
          <span>{site.title}</span>
        </Link>
        {signedIn ? (
          <ActionIcon size="lg" variant="filled" color="verdigris" aria-label="Create issue" onClick={create}>
            <PlusIcon size={18} />
          </ActionIcon>
        ) : (
          <span />
        )}
      </section>
      <div className={classes.frame}>
        <aside className={classes.sidebar} aria-label="Sidebar">
          <Sidebar create={create} help={() => setHelpOpened(true)} listensForSearch />
        </aside>
        <main ref={main} id="content" tabIndex={-1} className={classes.main}>
          <AdministratorAccess />
          <Outlet />
        </main>
      </div>
      <Drawer
        opened={drawerOpened}
        onClose={() => setDrawerOpened(false)}
        size={272}
        title="Menu"
        closeButtonProps={{ 'aria-label': 'Close the menu' }}
        classNames={{ body: classes.drawer ?? '' }}
      >
        <Sidebar
          create={() => {
            setDrawerOpened(false);
            create();
          }}
          help={() => {
            setDrawerOpened(false);
            setHelpOpened(true);
          }}
        />
      </Drawer>
      <ShortcutHelp opened={helpOpened} close={() => setHelpOpened(false)} />
      <Suspense>{passwordAsked && <ConfirmPassword />}</Suspense>
      <Suspense>{creating && <CreateIssue defaults={creating} close={() => setCreating(null)} />}</Suspense>
    </>
  );
}
