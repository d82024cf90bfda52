/** How a client names an issue: by number or by key. */
export type IssueAddress = { readonly id: number } | { readonly projectKey: string; readonly number: number };

/** `QA-31` in any letter case, or an id. undefined: neither, so that no issue can have it. */
export function parseIssueAddress(text: string): IssueAddress | undefined {
  const key = /^([a-z][a-z0-9_]*)-(\d{1,15})$/i.exec(text);
  if (key !== null) return { projectKey: key[1]!.toUpperCase(), number: Number(key[2]) };
  return /^\d{1,15}$/.test(text) ? { id: Number(text) } : undefined;
}

export function issueKey(project: { readonly key: string }, issue: { readonly number: number }): string {
  return `${project.key}-${issue.number}`;
}
