import { ActionIcon, Menu, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { siteUrl } from '../../api/base.ts';
import { signOut, useSession } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import {
  AutoIcon,
  BookIcon,
  CheckIcon,
  ChevronDownIcon,
  HelpIcon,
  KeyIcon,
  MoonIcon,
  PlugIcon,
  ShieldIcon,
  SignOutIcon,
  SunIcon,
} from '../../components/icons.tsx';
import { MenuLink } from '../../components/links.tsx';
import { notifyFailure } from '../../components/notify.ts';
import { SignInButton } from '../../components/states.tsx';
import classes from './account.module.css';

/** The sidebar's foot: who is signed in, and what is about the app rather than the work. */
export function Account({ help }: { help: () => void }) {
  const { user } = useSession();
  return (
    <div className={classes.account}>
      {user ? <PersonalMenu /> : <SignInButton />}
      <div className={classes.tools}>
        <SchemeMenu />
        <Tooltip label="Keyboard shortcuts">
          <ActionIcon aria-label="Keyboard shortcuts" onClick={help}>
            <HelpIcon />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="REST API documentation">
          <ActionIcon component="a" href={`${siteUrl}rest/api/docs`} aria-label="REST API documentation">
            <BookIcon />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

function PersonalMenu() {
  const { user } = useSession();
  const navigate = useNavigate();
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: () => navigate({ to: '/sign-in', search: { signedOut: true } }),
    onError: (error) => notifyFailure('You are still signed in', error),
  });
  if (!user) return null;
  return (
    <Menu width={232} position="top-start">
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <span className="visually-hidden">Account of</span>
          <Avatar user={user} size={26} />
          <span className={classes.name}>{user.displayName}</span>
          <ChevronDownIcon size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.emailAddress}</Menu.Label>
        <MenuLink to="/profile/tokens" leftSection={<KeyIcon />}>
          API tokens
        </MenuLink>
        <MenuLink to="/account/applications" leftSection={<PlugIcon />}>
          Authorised applications
        </MenuLink>
        <MenuLink to="/account/security" leftSection={<ShieldIcon />}>
          Sign-in and security
        </MenuLink>
        <Menu.Divider />
        <Menu.Item leftSection={<SignOutIcon />} onClick={() => leaving.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = [
  { value: 'auto', label: 'As the system', icon: <AutoIcon /> },
  { value: 'light', label: 'Light', icon: <SunIcon /> },
  { value: 'dark', label: 'Dark', icon: <MoonIcon /> },
] as const;

export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const chosen = schemes.find((scheme) => scheme.value === colorScheme) ?? schemes[0];
  return (
    <Menu width={180} position="top-start">
      <Menu.Target>
        <ActionIcon aria-label={`Colours: ${chosen.label.toLowerCase()}`}>{chosen.icon}</ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, label, icon }) => (
          <Menu.Item
            key={value}
            leftSection={icon}
            rightSection={value === colorScheme ? <CheckIcon size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {label}
            {value === colorScheme && <span className="visually-hidden"> (chosen)</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
