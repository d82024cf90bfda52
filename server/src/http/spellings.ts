/**
 * What is the same in Jira's REST v3 (Cloud) as in v2: v3 differs in rich text, which is a document there and wiki
 * markup here. Resources with rich text have no v3 address until they speak it: 404 rather than a wrong shape.
 */
const sameInV3 = [
  /^(GET|POST|PUT|DELETE) (role|permissionscheme|user|group|groups|permissions|mypermissions|field)(\/|$)/,
  /^GET (myself|serverInfo|issuetype|status|statuscategory|priority|resolution|customFieldOption|workflow)(\/|$)/,
  /^(GET|DELETE) project(\/|$)/,
  /^GET projectvalidate\//,
  /^POST search\/approximate-count$/,
  /^(GET|POST) jql\//,
  /^(GET|PUT|DELETE) issue\/:issueIdOrKey\/(assignee|properties)(\/|$)/,
  /^(GET|POST|DELETE) issue\/:issueIdOrKey\/(watchers|votes)$/,
  /^POST issue\/watching$/,
  /^GET worklog\/(updated|deleted)$/,
  /^DELETE issue\/:issueIdOrKey\/worklog\/:id$/,
  /^GET configuration$/,
  /^(GET|DELETE) issueLink\/:linkId$/,
  /^GET issueLinkType(\/|$)/,
  /^GET issue\/createmeta(\/|$)/,
  /^(GET|POST) issue\/:issueIdOrKey\/transitions$/,
  // Written: what is rich text is refused as no string; nothing rich is answered.
  /^POST issue$/,
  /^PUT issue\/:issueIdOrKey$/,
  /^DELETE issue\/:issueIdOrKey(\/comment\/:id)?$/,
];

/**
 * Addresses of a route. `latest` is in use by pycontribs, Jenkins, the Perl and PowerShell clients; `3` by what was
 * written for Cloud.
 */
export function spellings(method: string, path: string): string[] {
  const [, version, rest] = /^\/rest\/(api\/2|auth\/1)\/(.*)$/.exec(path) ?? [];
  if (version === undefined || rest === undefined) return [path];
  const latest = `/rest/${version.split('/')[0]}/latest/${rest}`;
  const inV3 = version === 'api/2' && sameInV3.some((one) => one.test(`${method} ${rest}`));
  return inV3 ? [path, latest, `/rest/api/3/${rest}`] : [path, latest];
}
