/** Basic authentication, by password or token. */
export const basic = (name: string, secret: string): { Authorization: string } => ({
  Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
});

/** What a client gets that asks who it is. */
export function myself(url: string, name: string, secret: string): Promise<Response> {
  return fetch(`${url}/rest/api/2/myself`, { headers: basic(name, secret) });
}
