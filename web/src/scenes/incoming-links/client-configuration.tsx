import { useQuery } from '@tanstack/react-query';
import { choicesQuery, type IncomingLink } from '../../api/incoming-links.ts';
import { CopyLine } from '../../components/copy.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { Section } from '../../components/section.tsx';
import { Loading } from '../../components/states.tsx';
import classes from './links.module.css';

/** What is set in the application, to be copied there. `secret`: it was just made, and is shown this once. */
export function ClientConfiguration({ link, secret }: { link: IncomingLink; secret: string | null }) {
  const { data } = useQuery(choicesQuery);
  if (data === undefined) return <Loading rows={5} label="Loading the addresses" />;
  const { endpoints } = data;
  const lines = [
    { name: 'Client id', value: link.clientId },
    { name: 'Issuer', value: endpoints.issuer },
    { name: 'Discovery', value: endpoints.discovery },
    { name: 'Authorization URL', value: endpoints.authorization },
    { name: 'Token URL', value: endpoints.token },
    { name: 'Revocation URL', value: endpoints.revocation },
    ...(link.grants.includes('device_code')
      ? [{ name: 'Device authorization URL', value: endpoints.deviceAuthorization }]
      : []),
  ];
  return (
    <Section
      title={`What ${link.name} must know of this site`}
      intro="Clients of OpenID Connect need the client id, the secret and the issuer; they find the rest."
    >
      {secret !== null && (
        <div className={classes.secret}>
          <p>Copy the secret now. It is shown this once only.</p>
          <CopyLine value={secret} label="Client secret" autoFocus />
        </div>
      )}
      <dl className={classes.told}>
        {lines.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <CopyLine value={value} label={name} />
            </dd>
          </div>
        ))}
      </dl>
      <div className={classes.snippet}>
        {link.grants.includes('client_credentials') ? (
          <CopyBlock
            value={forItself(link, endpoints.token, endpoints.issuer)}
            label="Shell: ask for itself"
          />
        ) : (
          <CopyBlock value={nodeClient(link, endpoints.issuer)} label="Node: npm install openid-client" />
        )}
      </div>
    </Section>
  );
}

const quoted = (text: string): string => JSON.stringify(text);
const scopeOf = ({ scopes }: IncomingLink): string =>
  scopes.length === 0 ? 'openid profile' : scopes.join(' ');

/** The example of docs/oauth.md, with this site's values. */
const nodeClient = (link: IncomingLink, issuer: string): string => `import * as client from 'openid-client';

const secret = ${link.confidential ? 'process.env.CLIENT_SECRET' : 'undefined'};
const config = await client.discovery(new URL(${quoted(issuer)}), ${quoted(link.clientId)}, secret);
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const ask = client.buildAuthorizationUrl(config, {
  redirect_uri: ${quoted(link.redirectUris[0] ?? '')},
  scope: ${quoted(scopeOf(link))},
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});
// Send the browser to ask.href; it comes back to the redirect address, which is \`back\`:
const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
const me = await fetch(${quoted(`${issuer}/rest/api/2/myself`)}, {
  headers: { Authorization: 'Bearer ' + tokens.access_token },
});
`;

const forItself = (link: IncomingLink, token: string, issuer: string): string => `TOKEN=$(curl -s ${token} \\
  -d grant_type=client_credentials -d scope='${link.scopes.join(' ')}' \\
  -d client_id=${link.clientId} -d client_secret="$CLIENT_SECRET" | jq -r .access_token)
curl -H "Authorization: Bearer $TOKEN" ${issuer}/rest/api/2/myself
`;
