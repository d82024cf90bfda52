import type { ApplicationLink } from '../../api/application-links.ts';
import { siteUrl } from '../../api/base.ts';
import { CopyLine } from '../../components/copy.tsx';
import { CopyBlock } from '../../components/copy-block.tsx';
import { Section } from '../../components/section.tsx';
import classes from './links.module.css';

/** What is set in the application, to be copied there. */
export function ClientConfiguration({ link }: { link: ApplicationLink }) {
  const { client, consumerKey } = link;
  const lines = [
    { name: 'Consumer key', value: consumerKey },
    { name: 'Request token URL', value: client.requestTokenUrl },
    { name: 'Authorize URL', value: client.authorizeUrl },
    { name: 'Access token URL', value: client.accessTokenUrl },
    { name: 'Signature methods', value: client.signatureMethods.join(', ') },
  ];
  return (
    <Section
      title={`What ${link.name} must know of this site`}
      intro="Beside its private key. RSA-SHA256 is the better method where the application knows it."
    >
      {link.keyIsShort && (
        <p className={classes.warning}>
          The key has {link.keyBits} bits. Those that are made now should have 3072 or more.
        </p>
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
        <CopyBlock value={pythonClient(link)} label="Python: pip install jira 'requests-oauthlib[rsa]'" />
      </div>
    </Section>
  );
}

const quoted = (text: string): string => JSON.stringify(text);

/** The dance and a first request, by the client most people take: the example of docs/oauth.md, with this site's values. */
const pythonClient = ({ consumerKey }: ApplicationLink): string => `from jira import JIRA
from requests_oauthlib import OAuth1Session

SITE = ${quoted(siteUrl.replace(/\/$/, ''))}
OAUTH = SITE + "/plugins/servlet/oauth"
KEY = open("tessera.key").read()

ask = OAuth1Session(${quoted(consumerKey)}, rsa_key=KEY, signature_method="RSA-SHA1", callback_uri="oob")
ask.fetch_request_token(OAUTH + "/request-token")
print("Open", ask.authorization_url(OAUTH + "/authorize"))
token = ask.fetch_access_token(OAUTH + "/access-token", verifier=input("Code: "))

jira = JIRA(SITE, oauth={
    "access_token": token["oauth_token"],
    "access_token_secret": token["oauth_token_secret"],
    "consumer_key": ${quoted(consumerKey)},
    "key_cert": KEY,
    "signature_method": "RSA-SHA1",
})
print(jira.myself()["displayName"])
`;
