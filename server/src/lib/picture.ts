/** Square pictures as SVG that scale to any size; nothing in them comes from outside but letters. */

/** Each dark enough for white letters (contrast 4.5:1 or more, WCAG 1.4.3). */
const colours = [
  '#0b5cad',
  '#5b3fa8',
  '#8f2d73',
  '#a33a12',
  '#6a5400',
  '#1f6b3a',
  '#0c6674',
  '#4a5568',
] as const;

const colourOf = (seed: number): string => colours[seed % colours.length]!;

/** The first letters of the first and the last word of a name. */
export function initialsPicture(name: string, seed: number): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  const initials = ends.map((word) => [...word][0]!.toUpperCase()).join('');
  return picture(
    `<rect width="48" height="48" fill="${colourOf(seed)}"/>` +
      '<text x="24" y="24" dy="0.35em" text-anchor="middle" font-family="sans-serif" font-size="20" fill="#fff">' +
      `${initials}</text>`,
  );
}

/** A head and shoulders in grey: somebody. */
export function neutralPicture(): string {
  return picture(
    '<rect width="48" height="48" fill="#8993a4"/><circle cx="24" cy="18" r="8" fill="#fff"/>' +
      '<path d="M8 44a16 16 0 0 1 32 0z" fill="#fff"/>',
  );
}

/** A pattern in a colour of its own. */
export function tilePicture(seed: number): string {
  return picture(
    `<rect width="48" height="48" fill="${colourOf(seed)}"/>` +
      '<path d="M12 12h10v10H12zM26 12h10v10H26zM12 26h10v10H12z" fill="#fff"/>',
  );
}

const picture = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">${content}</svg>`;
