/** `expand=a,b.c` as a set; `b.c` asks for `b` too. */
export function expandWords(given: string | readonly string[] | undefined): ReadonlySet<string> {
  if (given === undefined || given === '') return nothing;
  const words = new Set<string>();
  for (const word of listWords(given) ?? []) {
    const parts = word.split('.', 5);
    for (let length = 1; length <= parts.length; length++) words.add(parts.slice(0, length).join('.'));
  }
  return words;
}

const nothing: ReadonlySet<string> = new Set();

/** A list as clients send one: comma-separated, one parameter each, or both. undefined: not given. */
export function listWords(given: string | readonly string[] | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  const texts = typeof given === 'string' ? [given] : given;
  return texts
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
