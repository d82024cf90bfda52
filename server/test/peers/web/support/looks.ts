import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { violations } from './axe.ts';
import { picture, viewports } from './browser.ts';

/** Done once nothing moves any more; what turns for ever is not waited for. */
const settled = `Promise.all(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
  .map((one) => one.finished.catch(() => {}))).then(() => {})`;

/** What slides or fades in has its final colours only afterwards. */
export const settle = (page: Page): Promise<unknown> => page.evaluate(settled);

/** The page as it is now, in light and dark, wide and on a phone: no axe violation, nothing beyond the right edge, pictures. */
export async function eachLook(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settle(page);
    expect(await violations(page), `${name} ${colorScheme}`).toEqual([]);
    for (const [size, viewport] of Object.entries(viewports)) {
      await page.setViewportSize(viewport);
      await settle(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await picture(page, `${name}-${colorScheme}-${size}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(viewports.wide);
}
