/** All values of one cookie (RFC 6265 §5.4): two of them mean that somebody tossed one in, and the door refuses both. */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined || !header.includes(name)) return [];
  const values: string[] = [];
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals !== -1 && part.slice(0, equals).trim() === name) {
      values.push(
        part
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
    }
  }
  return values;
}

export interface CookieAttributes {
  readonly path: string;
  readonly secure: boolean;
}

/** A cookie that ends with the browser's session. */
export function setCookie(name: string, value: string, { path, secure }: CookieAttributes): string {
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

export function clearCookie(name: string, attributes: CookieAttributes): string {
  return `${setCookie(name, '', attributes)}; Max-Age=0`;
}
