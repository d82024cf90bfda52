import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

const people: Record<string, Record<string, unknown>> = {
  ida: {
    preferred_username: 'ida',
    name: 'Ida O.',
    email: 'ida@op.example',
    email_verified: true,
    groups: ['Engineering'],
  },
};

/** An OpenID provider that nobody here wrote; whoever comes is signed in as `ida`. */
export async function startPeer(redirectUris: { redirect: string; signedOut: string; backchannel: string }) {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'tessera',
        client_secret: 'a secret with +/ and spaces',
        redirect_uris: [redirectUris.redirect],
        post_logout_redirect_uris: [redirectUris.signedOut],
        backchannel_logout_uri: redirectUris.backchannel,
        backchannel_logout_session_required: true,
      },
    ],
    cookies: { keys: ['only for this test'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    scopes: ['openid', 'profile', 'email', 'groups'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...people[accountId] }) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client!.clientId,
        accountId: ctx.oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(issuer, configuration);
  const handle = provider.callback();
  server.on('request', async (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      return provider.interactionFinished(request, response, { login: { accountId: 'ida', remember: true } });
    }
    return handle(request, response);
  });
  return {
    issuer,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
