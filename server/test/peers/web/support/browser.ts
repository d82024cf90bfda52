import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const artifacts = fileURLToPath(new URL('../../../.artifacts/web/', import.meta.url));

/** Debian's Chromium; as root it runs only without its sandbox, and it must call nobody. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export const viewports = {
  wide: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export interface Visit {
  /** A demonstration account, whose password is its name; nobody when absent. */
  readonly as?: string;
  readonly colorScheme?: 'light' | 'dark';
  /** Statuses that the test provokes: the browser logs each refused request as an error. */
  readonly refusals?: readonly number[] | undefined;
  /** What else the test provokes on the console. */
  readonly expected?: RegExp | undefined;
  /** Origin of an identity provider that the visit leads to. */
  readonly elsewhere?: string | undefined;
}

export interface TestBrowser {
  /** A page of a visitor of their own: cookies and storage are shared with nobody. */
  visit(url: string, visit?: Visit): Promise<Page>;
}

/**
 * A browser for the suite. After each test every page that was opened must have stayed quiet: no error on the
 * console, no uncaught exception, nothing that the content security policy had to stop, no foreign host.
 */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch(launchOptions);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(troubles.splice(0)).toEqual([]);
  });

  return {
    async visit(url, { as, colorScheme = 'light', ...provoked } = {}) {
      if (browser === undefined) throw new Error('The browser has not started yet');
      const context = await browser.newContext({
        viewport: viewports.wide,
        colorScheme,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      contexts.push(context);
      // Below the test's own limit, so that what was waited for is named.
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      listen(page, new URL(url).origin, provoked, troubles);
      if (as !== undefined) await signInAs(context, url, as);
      await page.goto(url);
      await page.locator('h1').first().waitFor();
      return page;
    },
  };
}

function listen(
  page: Page,
  origin: string,
  { refusals = [], expected, elsewhere }: Pick<Visit, 'refusals' | 'expected' | 'elsewhere'>,
  troubles: string[],
): void {
  const isElsewhere = (url: string) => elsewhere !== undefined && url.startsWith(elsewhere);
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const { url } = message.location();
    if (expected?.test(message.text()) || isElsewhere(page.url()) || isElsewhere(url)) return;
    const refused = /Failed to load resource: the server responded with a status of (\d+)/.exec(
      message.text(),
    );
    if (refused && refusals.includes(Number(refused[1]))) return;
    troubles.push(`${message.type()}: ${message.text()} (${url})`);
  });
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    if (isElsewhere(request.url()) || isElsewhere(request.frame().url())) return;
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) troubles.push(`foreign host: ${request.url()}`);
  });
}

/** By the resource that the sign-in page uses; the page itself has tests of its own. */
async function signInAs(context: BrowserContext, url: string, name: string): Promise<void> {
  const base = siteOf(url);
  const reply = await context.request.post(`${base}/rest/tessera/1/session`, {
    data: { username: name, password: name },
    headers: { Origin: new URL(url).origin },
  });
  expect(reply.status(), `signing in as ${name}`).toBe(200);
}

/** Page addresses of these tests: the context path is none or /jira. */
function siteOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname.startsWith('/jira') ? `${origin}/jira` : origin;
}

/** A picture for people to look at; nothing is compared. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`), animations: 'disabled' });
}
