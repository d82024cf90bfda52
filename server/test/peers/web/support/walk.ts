import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { picture, useBrowser, type Visit, viewports } from './browser.ts';
import { settle } from './looks.ts';
import { type Site, useSite } from './site.ts';

/** A page in one of its states. */
export interface Case {
  readonly name: string;
  readonly path: string;
  readonly title: RegExp;
  readonly visit?: Visit;
  /** What is done on the page before it is looked at, for what only shows then. */
  readonly arrive: (page: Page) => Promise<unknown>;
}

/** Looks at every page in light and dark colours, wide and on a phone; `prepare` readies the site for them. */
export function walk(cases: readonly Case[], prepare?: (site: Site) => Promise<unknown>): void {
  describe.for(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    const site = useSite();
    const browser = useBrowser();
    beforeAll(() => prepare?.(site.current));

    it.for(cases)('$name has a title, no axe violation, and fits a wide screen and a phone', async (one) => {
      const page = await browser.visit(`${site.current.url}${one.path}`, { ...one.visit, colorScheme });
      await one.arrive(page);
      for (const size of ['wide', 'phone'] as const) {
        await page.setViewportSize(viewports[size]);
        await settle(page);
        await picture(page, `${one.name}.${colorScheme}.${size}`);
        expect(await page.title()).toMatch(one.title);
        expect(await violations(page)).toEqual([]);
        const tooWide = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(tooWide, 'pixels beyond the right edge').toBe(0);
      }
    });
  });
}
