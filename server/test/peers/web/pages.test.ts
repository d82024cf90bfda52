import type { Page } from 'playwright-core';
import { type Case, walk } from './support/walk.ts';

const list = (page: Page) => page.locator('tbody tr').first().waitFor();
const dialog = (page: Page) => page.getByRole('dialog');

const cases: Case[] = [
  {
    name: 'sign-in',
    path: '/sign-in',
    title: /^Sign in/,
    arrive: (page) => page.getByLabel('Password', { exact: true }).waitFor(),
  },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    title: /^Sign in/,
    visit: { refusals: [401] },
    arrive: async (page) => {
      await page.getByLabel('E-mail or user name').fill('nobody');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'sign-in-link',
    path: '/sign-in/link#tsl_x',
    title: /^Sign in by link/,
    visit: { refusals: [400] },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This link does not work any more').waitFor();
    },
  },
  {
    name: 'home',
    path: '/',
    title: /^Home/,
    visit: { as: 'fred' },
    arrive: (page) => page.locator('a[data-issue]').first().waitFor(),
  },
  {
    name: 'home-anonymous',
    path: '/',
    title: /^Welcome/,
    arrive: (page) => page.locator('a[data-issue]').first().waitFor(),
  },
  { name: 'projects', path: '/projects', title: /^Projects/, visit: { as: 'admin' }, arrive: list },
  {
    name: 'project-create',
    path: '/projects',
    title: /^Projects/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Create project' }).click();
      await dialog(page).getByRole('textbox', { name: 'Name' }).waitFor();
    },
  },
  { name: 'issues', path: '/issues', title: /^Issues/, visit: { as: 'fred' }, arrive: list },
  {
    name: 'issues-jql-refused',
    path: '/issues?jql=project%20%3D',
    title: /^Issues/,
    visit: { as: 'fred', refusals: [400] },
    arrive: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: 'issues-none',
    path: '/issues?text=zzzzunheardof',
    title: /^Issues/,
    visit: { as: 'fred' },
    arrive: (page) => page.getByText('No issue fits').waitFor(),
  },
  {
    name: 'issue',
    path: '/browse/QA-31',
    title: /^QA-31 /,
    visit: { as: 'fred' },
    arrive: (page) => page.getByRole('group', { name: 'Change the status' }).waitFor(),
  },
  {
    name: 'issue-editing',
    path: '/browse/QA-31',
    title: /^QA-31 /,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Edit description' }).click();
      await page.getByRole('button', { name: /^Edit Priority/ }).click();
      await page.getByRole('option', { name: 'Highest' }).waitFor();
    },
  },
  {
    name: 'issue-history',
    path: '/browse/QA-31',
    title: /^QA-31 /,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByText('created the issue').waitFor();
    },
  },
  {
    name: 'issue-anonymous',
    path: '/browse/PUB-1',
    title: /^PUB-1 /,
    arrive: (page) => page.getByRole('status', { name: /^Status/ }).waitFor(),
  },
  {
    name: 'issue-forbidden',
    path: '/browse/QA-31',
    title: /^QA-31/,
    visit: { as: 'wilma', refusals: [403] },
    arrive: (page) => page.getByText('You may not see this issue').waitFor(),
  },
  {
    name: 'issue-missing',
    path: '/browse/QA-99999',
    title: /^QA-99999/,
    visit: { as: 'fred', refusals: [404] },
    arrive: (page) => page.getByText('There is no such issue').waitFor(),
  },
  {
    name: 'issue-create',
    path: '/browse/QA-31',
    title: /^QA-31/,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await page.getByRole('group', { name: 'Change the status' }).waitFor();
      await page.keyboard.press('c');
      await dialog(page).getByRole('textbox', { name: 'Summary' }).waitFor();
    },
  },
  { name: 'tokens', path: '/profile/tokens', title: /^API tokens/, visit: { as: 'fred' }, arrive: list },
  {
    name: 'token-create',
    path: '/profile/tokens',
    title: /^API tokens/,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await list(page);
      await page.getByRole('button', { name: 'Create token' }).click();
      await dialog(page).getByLabel('Label').waitFor();
    },
  },
  {
    name: 'token-secret',
    path: '/profile/tokens',
    title: /^API tokens/,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Create token' }).click();
      await dialog(page).getByLabel('Label').fill('For the picture');
      await dialog(page).getByRole('button', { name: 'Create token' }).click();
      await dialog(page).getByText('Copy it now').waitFor();
    },
  },
  { name: 'users', path: '/admin/users', title: /^Users/, visit: { as: 'admin' }, arrive: list },
  {
    name: 'user-edit',
    path: '/admin/users',
    title: /^Users/,
    visit: { as: 'admin' },
    arrive: async (page) => {
      await page.getByRole('button', { name: 'Edit Fred Normal' }).click();
      await dialog(page)
        .getByRole('button', { name: /^Remove from/ })
        .first()
        .waitFor();
    },
  },
  { name: 'groups', path: '/admin/groups', title: /^Groups/, visit: { as: 'admin' }, arrive: list },
  {
    name: 'group',
    path: '/admin/groups/jira-software-users',
    title: /^jira-software-users/,
    visit: { as: 'admin' },
    arrive: list,
  },
  {
    name: 'administrators-only',
    path: '/admin/users',
    title: /^Users/,
    visit: { as: 'fred' },
    arrive: (page) => page.getByText('This page is for administrators').waitFor(),
  },
  {
    name: 'not-found',
    path: '/no/such/page',
    title: /^Page not found/,
    visit: { as: 'fred', refusals: [404] },
    arrive: (page) => page.getByText('There is no page at this address').waitFor(),
  },
  {
    name: 'shortcuts',
    path: '/projects',
    title: /^Projects/,
    visit: { as: 'fred' },
    arrive: async (page) => {
      await list(page);
      await page.keyboard.press('?');
      await dialog(page).getByText('Keyboard shortcuts').waitFor();
    },
  },
];

walk(cases);
