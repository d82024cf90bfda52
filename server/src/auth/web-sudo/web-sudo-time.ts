/** How long a password, once shown, is good for administration, in ms (Jira: ten minutes). */
export const webSudoMs = 10 * 60_000;
