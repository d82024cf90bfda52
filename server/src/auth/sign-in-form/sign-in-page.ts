import { errorBox, escaped, plainPage } from './plain-page.ts';

export interface SignInPage {
  readonly siteTitle: string;
  readonly contextPath: string;
  readonly messages: readonly string[];
  readonly username: string;
  readonly destination: string | undefined;
  readonly rememberMe: boolean;
  /** The word in a picture is asked for. */
  readonly captcha: boolean;
}

/** The form of Jira's sign-in page, with Jira's field names; shown again after a refusal, without what was secret. */
export function signInPage(page: SignInPage): string {
  const { contextPath: at } = page;
  const picture = `<label for="os_captcha">The word in the picture</label>
<img src="${escaped(at)}/captcha" alt="A distorted word" width="300" height="100">
<p>Cannot see it? <a href="${escaped(at)}/captcha.wav" target="_blank">Listen to six digits</a> and type those.</p>
<input type="text" id="os_captcha" name="os_captcha" autocomplete="off" autocapitalize="none" spellcheck="false">
`;
  return plainPage(
    `Sign in to ${page.siteTitle}`,
    `${errorBox(page.messages)}<form method="post" action="${escaped(at)}/login.jsp">
<label for="os_username">User name or e-mail address</label>
<input type="text" id="os_username" name="os_username" autocomplete="username" autocapitalize="none" required value="${escaped(page.username)}">
<label for="os_password">Password</label>
<input type="password" id="os_password" name="os_password" autocomplete="current-password" required>
${page.captcha ? picture : ''}<label class="choice"><input type="checkbox" name="os_cookie" value="true"${page.rememberMe ? ' checked' : ''}> Stay signed in in this browser</label>
${page.destination === undefined ? '' : `<input type="hidden" name="os_destination" value="${escaped(page.destination)}">\n`}<button name="login" value="Log In">Sign in</button>
</form>`,
  );
}
