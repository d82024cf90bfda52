import { generate } from 'otplib';
import { ask, type Reply } from '../support/client.ts';
import type { RunningServer } from '../support/server.ts';

/** A browser: keeps the cookies that it is given, and says where its requests come from. */
export class Browser {
  readonly #server: RunningServer;
  readonly #base: string;
  readonly cookies = new Map<string, string>();

  constructor(server: RunningServer, base = server.url) {
    this.#server = server;
    this.#base = base;
  }

  get origin(): string {
    return new URL(this.#base).origin;
  }

  async send(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await ask(method, `${this.#base}${path}`, {
      headers: {
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        Origin: this.origin,
      },
      body,
    });
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  signIn(username: string, password: string, more: object = {}): Promise<Reply> {
    return this.send('POST', '/rest/tessera/1/session', { username, password, ...more });
  }

  secondStep(body: object): Promise<Reply> {
    return this.send('POST', '/rest/tessera/1/second-step', body);
  }

  /** Who the pages think it is. */
  async name(): Promise<string | null> {
    const reply = await this.send('GET', '/rest/tessera/1/session');
    return reply.body?.user?.name ?? null;
  }

  /** Sets up an authenticator app; the seed, and the recovery codes. */
  async addAuthenticator(): Promise<{ secret: string; recoveryCodes: string[] }> {
    const begun = await this.send('POST', '/rest/tessera/1/myself/factors/authenticator');
    if (begun.status !== 201) throw new Error(`${begun.status} ${begun.text}`);
    const { secret } = begun.body;
    const done = await this.send('PUT', '/rest/tessera/1/myself/factors/authenticator', {
      code: await this.code(secret),
    });
    if (done.status !== 200) throw new Error(`${done.status} ${done.text}`);
    return { secret, recoveryCodes: done.body.recoveryCodes };
  }

  /** What the app shows, `steps` of thirty seconds from now. */
  code(secret: string, steps = 0): Promise<string> {
    return generate({ secret, epoch: Math.floor(this.#server.clock.now() / 1000) + steps * 30 });
  }
}
