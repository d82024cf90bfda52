import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

type Json = Record<string, unknown>;

/** What the next exchange of a code answers. */
export interface Exchange {
  /** The ID token, whole. */
  readonly idToken: string;
  readonly userinfo?: Json;
  readonly status?: number;
}

/** An OpenID provider that says what a test wants it to say, right or wrong. */
export class TestOp {
  readonly #server: Server;
  readonly keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  readonly kid = 'key-1';
  issuer = '';
  /** Requests, oldest first: the path, and what a form held. */
  readonly asked: { readonly path: string; readonly form: URLSearchParams; readonly headers: Json }[] = [];
  /** Members of the discovery document in place of the usual ones. */
  metadata: Json = {};
  jwks: Json[] = [];
  next: Exchange | undefined;
  #down = false;

  private constructor(server: Server, keys: TestOp['keys']) {
    this.#server = server;
    this.keys = keys;
  }

  static async start(): Promise<TestOp> {
    const server = createServer();
    const op = new TestOp(server, await generateKeyPair('RS256', { extractable: true }));
    op.jwks = [{ ...(await exportJWK(op.keys.publicKey)), kid: op.kid, alg: 'RS256', use: 'sig' }];
    server.on('request', async (request, response) => {
      if (op.#down) return request.socket.destroy();
      const { status, body } = await op.#answer(request);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    op.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return op;
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const path = request.url ?? '';
    let text = '';
    for await (const part of request) text += part;
    this.asked.push({ path, form: new URLSearchParams(text), headers: { ...request.headers } });
    const at = (name: string) => `${this.issuer}/${name}`;
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          status: 200,
          body: {
            issuer: this.issuer,
            authorization_endpoint: at('authorize'),
            token_endpoint: at('token'),
            jwks_uri: at('jwks'),
            userinfo_endpoint: at('userinfo'),
            end_session_endpoint: at('logout'),
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
            ...this.metadata,
          },
        };
      case '/jwks':
        return { status: 200, body: { keys: this.jwks } };
      case '/token': {
        const { status = 200, idToken } = this.next ?? { status: 400, idToken: '' };
        return {
          status,
          body:
            status === 200
              ? { access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: idToken }
              : { error: 'invalid_grant', error_description: 'That code is not known.' },
        };
      }
      case '/userinfo':
        return { status: 200, body: this.next?.userinfo ?? {} };
      default:
        return { status: 404, body: {} };
    }
  }

  /** Signed as the provider signs, unless another header or key is given. */
  sign(
    claims: JWTPayload,
    { header = {}, key = this.keys.privateKey }: { header?: Json; key?: CryptoKey | Uint8Array } = {},
  ): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: this.kid, ...header } as { alg: string })
      .sign(key);
  }

  goDown(down: boolean): void {
    this.#down = down;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
