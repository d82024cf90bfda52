import type { Page } from 'playwright-core';
import { drawn } from './support/captcha.ts';
import { basic, myself } from './support/rest.ts';
import type { Site } from './support/site.ts';
import { type Case, walk } from './support/walk.ts';

const list = (page: Page) => page.locator('tbody tr').first().waitFor();
const dialog = (page: Page) => page.getByRole('dialog');

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('E-mail or user name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** For states that take the real server too long to get into. */
async function answer(page: Page, path: string, status: number, body: unknown): Promise<void> {
  await page.route(`**/rest/${path}`, (route) =>
    route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) }),
  );
}

const cases: Case[] = [
  {
    name: 'sign-in-captcha',
    path: '/sign-in',
    title: /^Sign in/,
    visit: { refusals: [401, 403] },
    arrive: async (page) => {
      await signIn(page, 'locked-name');
      await page.getByLabel('Word in the picture').waitFor();
      await drawn(page);
    },
  },
  {
    name: 'sign-in-closed',
    path: '/sign-in',
    title: /^Sign in/,
    visit: { refusals: [403] },
    arrive: async (page) => {
      await answer(page, 'tessera/1/session', 403, { errorMessages: ['No.'], errors: {} });
      await signIn(page, 'fred');
      await page.getByText('Signing in is closed').waitFor();
    },
  },
  {
    name: 'password-forgotten',
    path: '/reset-password',
    title: /^Forgot your password/,
    arrive: (page) => page.getByLabel('E-mail or user name').waitFor(),
  },
  {
    name: 'password-link-sent',
    path: '/reset-password',
    title: /^Forgot your password/,
    arrive: async (page) => {
      await page.getByLabel('E-mail or user name').fill('nobody');
      await page.getByRole('button', { name: 'Send the link' }).click();
      await page.getByText('Look into your mail').waitFor();
    },
  },
  {
    name: 'password-new',
    path: '/reset-password#code',
    title: /^Choose a new password/,
    arrive: (page) => page.getByLabel('New password', { exact: true }).fill('ten letters'),
  },
  {
    name: 'password-link-used',
    path: '/reset-password#code',
    title: /^Choose a new password/,
    visit: { refusals: [400] },
    arrive: async (page) => {
      await page.getByLabel('New password', { exact: true }).fill('copper kettle 47 on the stove');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByText('does not work any more').waitFor();
    },
  },
  {
    name: 'email-verify',
    path: '/verify-email#code',
    title: /^Confirm your e-mail address/,
    arrive: (page) => page.getByRole('button', { name: 'Confirm the address' }).waitFor(),
  },
  {
    name: 'unlock',
    path: '/unlock#code',
    title: /^Unlock your sign-in/,
    arrive: (page) => page.getByRole('button', { name: 'Unlock' }).waitFor(),
  },
  {
    name: 'security',
    path: '/account/security',
    title: /^Sign-in and security/,
    visit: { as: 'fred' },
    arrive: list,
  },
  {
    name: 'security-email',
    path: '/account/security',
    title: /^Sign-in and security/,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Change e-mail' }).click();
      await dialog(page).getByLabel('New e-mail').waitFor();
    },
  },
  {
    name: 'settings',
    path: '/admin/settings',
    title: /^Settings/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      await page.getByLabel('An API token lasts at most').fill('9999');
      await page.getByRole('button', { name: 'Save settings' }).click();
      await page.getByText('whole number from 1').waitFor();
    },
  },
  { name: 'locks', path: '/admin/locks', title: /^Locks/, visit: { as: 'admin' }, arrive: list },
  {
    name: 'user-locked',
    path: '/admin/users',
    title: /^Users/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Edit Wilma Stone' }).click();
      await dialog(page).getByText('CAPTCHA required at next login').waitFor();
      await dialog(page).getByRole('button', { name: 'Set a password' }).click();
    },
  },
  {
    name: 'password-use',
    path: '/admin/passwords',
    title: /^Passwords/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      await list(page);
      await page.getByRole('switch', { name: 'Accept passwords over REST' }).click();
      await page.getByLabel('Accounts that may go on').waitFor();
    },
  },
  {
    name: 'audit',
    path: '/admin/audit?outcome=refused',
    title: /^Audit log/,
    visit: { as: 'admin' },
    arrive: (page) =>
      page
        .getByRole('button', { name: /^Details of/ })
        .first()
        .click(),
  },
  {
    name: 'audit-none',
    path: '/admin/audit?user=nobody-ever',
    title: /^Audit log/,
    visit: { as: 'admin' },
    arrive: (page) => page.getByText('No record fits').waitFor(),
  },
  {
    name: 'health',
    path: '/admin/settings',
    title: /^Health/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      const checks = (['ok', 'warning', 'error'] as const).map((state) => ({
        id: state,
        state,
        title: `Something that is ${state}`,
        text: 'What was found, and what to set so that it is mended: TESSERA_TRUSTED_PROXIES=10.0.0.5.',
      }));
      await answer(page, 'tessera/1/health', 200, { checks });
      await page.getByRole('link', { name: 'Health' }).click();
      await page.getByText('2 of 3 checks need a look.').waitFor();
    },
  },
  {
    name: 'confirm-password',
    path: '/admin/passwords',
    title: /^Passwords/,
    visit: { as: 'admin', refusals: [401] },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Drop' }).click();
      await page.getByRole('button', { name: 'Drop' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog', { name: 'Confirm your password' }).waitFor();
    },
  },
  {
    name: 'why-unknown',
    path: '/why/1x2x3',
    title: /^Why was this refused/,
    visit: { as: 'fred', refusals: [404] },
    arrive: (page) => page.getByText('Nothing is kept under this number').waitFor(),
  },
  {
    name: 'why',
    path: '/browse/QA-99999',
    title: /^Why was this refused/,
    visit: { as: 'fred', refusals: [404] },
    arrive: async (page) => {
      await page.getByRole('link', { name: 'Why was this refused?' }).click();
      await page.getByText('What helps').waitFor();
    },
  },
];

/** Somebody who is locked out, and somebody who uses a password. */
async function prepare({ url }: Site): Promise<void> {
  for (const name of ['locked-name', 'wilma']) {
    for (let i = 0; i < 3; i++) await myself(url, name, 'wrong');
  }
  await fetch(`${url}/rest/api/2/myself`, { headers: basic('fred', 'fred') });
}

walk(cases, prepare);
