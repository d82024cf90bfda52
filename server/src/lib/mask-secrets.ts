import { isIntactSecret } from './secret-format.ts';

/** API tokens that stand in a text, each once. */
export function tokensIn(text: string): string[] {
  if (!text.includes('tsr_')) return [];
  return [...new Set(text.match(shape) ?? [])].filter((one) => isIntactSecret('tsr', one));
}

/** The text with its API tokens made unreadable. */
export function maskTokens(text: string): string {
  if (!text.includes('tsr_')) return text;
  return text.replace(shape, (one) => (isIntactSecret('tsr', one) ? masked : one));
}

const shape = /tsr_[0-9A-Za-z]{49}/g;
const masked = 'tsr_MASKED';
