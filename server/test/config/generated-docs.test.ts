import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedDocs } from '../../../scripts/generate-docs.ts';

const root = new URL('../../../', import.meta.url);

test.each(Object.entries(generatedDocs()))('%s is up to date (npm run docs:generate)', (path, text) => {
  expect(readFileSync(fileURLToPath(new URL(path, root)), 'utf8')).toBe(text);
});
