import { siteUrl } from '../../api/base.ts';
import { CopyLine } from '../../components/copy.tsx';
import classes from './tokens.module.css';

/** The line to paste into a terminal; quoted only where a shell would read something into the address. */
export function curlLine(email: string, token: string): string {
  const pair = `${email}:${token}`;
  const word = /^[\w@.+:-]+$/.test(pair) ? pair : `'${pair.replaceAll("'", "'\\''")}'`;
  return `curl -u ${word} ${siteUrl}rest/api/2/myself`;
}

export function HowToUse({ email, token }: { email: string; token: string }) {
  return (
    <>
      <p className={classes.lead}>
        Basic authentication: your e-mail address as the name, the token in place of the password. The same
        token works as a <code>Bearer</code> token.
      </p>
      <CopyLine value={curlLine(email, token)} label="Curl command" />
    </>
  );
}
