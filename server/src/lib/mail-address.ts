/** A dot-atom (RFC 5322 §3.2.3, with the letters of RFC 6532) and a host name: nothing in it needs quoting. */
const mailable =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/**
 * Whether mail can be sent to it: one address that two readers cannot understand in two ways. Stricter than what an
 * account may have, because mail programs read quotes, parentheses and semicolons as lists and comments (H22).
 */
export function isMailable(address: string): boolean {
  return (
    address.length <= 254 && address.indexOf('@') <= 64 && mailable.test(address) && !address.includes('..')
  );
}

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** `Tessera <tessera@example.com>`, `"Tessera, QA" <…>` or the address alone; undefined: it is none of these. */
export function parseMailbox(text: string): Mailbox | undefined {
  const match = /^(?:"([^"\\]*)"|([^"<>]*?))\s*<([^<>\s]+)>$/.exec(text.trim());
  const [name, address] = match === null ? ['', text.trim()] : [match[1] ?? match[2] ?? '', match[3]!];
  return isMailable(address) && !/\p{Cc}/u.test(name) ? { name, address } : undefined;
}
