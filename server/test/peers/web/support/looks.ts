import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { violations } from './axe.ts';
import { picture, viewports } from './browser.ts';

/** The page as it is now, in light and dark, wide and on a phone: no axe violation, nothing beyond the right edge, pictures. */
export async function eachLook(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${name} ${colorScheme}`).toEqual([]);
    for (const [size, viewport] of Object.entries(viewports)) {
      await page.setViewportSize(viewport);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await picture(page, `${name}-${colorScheme}-${size}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(viewports.wide);
}
