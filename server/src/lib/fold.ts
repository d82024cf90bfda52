// Has one spelling only, and is what nearly every name is.
const ascii = /^[\x20-\x7e]*$/;

/** The form under which names are unique and found: case and Unicode spelling do not count. */
export function fold(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase();
}
