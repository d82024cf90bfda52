/** Whose tokens are seen to in place of one's own. */
export interface ServiceTokens {
  accountId: string;
  emailAddress: string;
}
