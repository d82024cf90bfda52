/** Well-known on purpose: the examples of Jira's page "Basic auth for REST APIs" work with them to the letter. */
export interface DemoAccount {
  readonly name: string;
  readonly displayName: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly may: string;
}

export const demoAccounts = {
  fred: {
    name: 'fred',
    displayName: 'Fred Normal',
    email: 'fred@example.com',
    password: 'fred',
    token: 'freds_api_token',
    may: 'browse and edit QA and PUB',
  },
  wilma: {
    name: 'wilma',
    displayName: 'Wilma Stone',
    email: 'wilma@example.com',
    password: 'wilma',
    token: 'wilmas_api_token',
    may: 'PUB only',
  },
  admin: {
    name: 'admin',
    displayName: 'Ada Minton',
    email: 'admin@example.com',
    password: 'admin',
    token: 'admins_api_token',
    may: 'everything',
  },
} as const satisfies Record<string, DemoAccount>;

/** Ready-made requests: the page's own two examples, then one that a change can be seen by. */
export function demoCommands(url: string): string[] {
  const { fred } = demoAccounts;
  const basic = Buffer.from(`${fred.name}:${fred.password}`).toString('base64');
  const json = '-H "Content-Type: application/json"';
  return [
    `curl -D- -u ${fred.email}:${fred.token} -X GET ${json} ${url}/rest/api/2/issue/createmeta`,
    `curl -D- -X GET -H "Authorization: Basic ${basic}" ${json} "${url}/rest/api/2/issue/QA-31"`,
    `curl -D- -u ${fred.email}:${fred.token} -X POST ${json} -d '{"body":"Seen it too."}' ${url}/rest/api/2/issue/QA-31/comment`,
  ];
}
