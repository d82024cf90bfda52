const longest = 2000;

/**
 * Where to go after signing in: a path on this host, under the context path, whatever was asked for (S8). `base` is the
 * site's base URL. Anything that a browser, or a proxy that decodes once more, could read as another host is the
 * context root.
 */
export function safeDestination(wanted: string | undefined, base: string): string {
  const { origin, pathname } = new URL(base);
  const contextPath = pathname.replace(/\/$/, '');
  const root = `${contextPath}/`;
  if (wanted === undefined || wanted.length > longest || !isPlainPath(wanted)) return root;
  const url = URL.canParse(wanted, origin) ? new URL(wanted, origin) : undefined;
  if (url === undefined || url.origin !== origin) return root;
  const path = url.pathname + url.search + url.hash;
  // Dot segments may have left another shape behind: /.//evil.example
  if (!isPlainPath(path)) return root;
  const inContext = path === contextPath || path.startsWith(root) || path.startsWith(`${contextPath}?`);
  return inContext ? path : contextPath + path;
}

/** One slash first and no second one, also after a few rounds of decoding. */
function isPlainPath(text: string): boolean {
  let plain = text;
  for (let round = 0; round < 4; round++) {
    if (!/^\/(?![/\\])/.test(plain) || hostile.test(plain)) return false;
    let decoded: string;
    try {
      decoded = decodeURIComponent(plain);
    } catch {
      return false;
    }
    if (decoded === plain) return true;
    plain = decoded;
  }
  return false;
}

/** Browsers read a backslash as a slash and drop tabs and line breaks (URL standard); others do so with more. */
const hostile = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|^\/[\s.]*[/\\]|^\/\s/u;
