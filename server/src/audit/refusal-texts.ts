/** What a step that refuses is to people. */
export interface RefusalText {
  readonly title: string;
  readonly explanation: string;
  /** What would help. */
  readonly help: string;
  /**
   * The step under which others than administrators see it, without facts: for what they must not be able to tell
   * apart (whether a thing is missing or hidden from them).
   */
  readonly shownAs?: string;
}

const useToken =
  'Over REST, use the account e-mail (or user name) and an API token; make one under Account › API tokens.';

const texts: Readonly<Record<string, RefusalText>> = {
  // Credentials
  'unknown-name': {
    title: 'No account has this name',
    explanation: 'The request named an account by a user name or e-mail address that nobody here has.',
    help: 'Check the spelling of the name, and that the request goes to the right site.',
  },
  'wrong-password': {
    title: 'The password was wrong',
    explanation:
      'The account exists; the secret that came with it is neither its password nor one of its API tokens.',
    help: `If a script sent it, its stored password is probably an old one. ${useToken}`,
  },
  'clear-text': {
    title: 'The request came in clear text',
    explanation:
      'It crossed a network without TLS, so that others could read what it carried. Nothing in it was looked at.',
    help: 'Use the https address of the site, and replace a secret that was sent this way. If a reverse proxy ends TLS, the administrator of the server must name it in TESSERA_TRUSTED_PROXIES.',
  },
  'second-factor-required': {
    title: 'A password alone is not enough for this account',
    explanation:
      'The password was right, but the account has a second factor or must have one, so its password alone opens nothing over REST. It was refused exactly like a wrong one.',
    help: useToken,
  },
  'second-step-wrong': {
    title: 'The second step was wrong',
    explanation:
      'The password was right. The code or passkey that came after it was not, or the code had been used before.',
    help: 'Type the newest code; the clock of the phone must be right. A recovery code works once in its place.',
  },
  'second-step-ended': {
    title: 'The sign-in waited too long, or had too many wrong codes',
    explanation: 'After the password there are ten minutes and five tries for the second step.',
    help: 'Begin again from the sign-in page.',
  },
  'second-step-locked': {
    title: 'Too many wrong codes',
    explanation:
      'Twenty codes in a row were wrong for this account, over all its sign-ins: somebody who knows the password may be guessing.',
    help: 'Change the password. A day without a try opens it again; an administrator can reset the second factors.',
  },
  'passkey-wrong': {
    title: 'The passkey was not accepted',
    explanation:
      'It belongs to another site or account, the request for it was too old, or its answer did not check out.',
    help: 'Try again, or sign in another way.',
  },
  'sso-required': {
    title: 'People of this e-mail domain sign in elsewhere',
    explanation:
      'The password was right, but an administrator requires people of this e-mail domain to sign in through the identity provider. It was refused exactly like a wrong one.',
    help: `On the web, use the provider's button. For programs: ${useToken}`,
  },
  'sso-other-browser': {
    title: 'The answer came to another browser',
    explanation:
      'A sign-in through an identity provider ends in the browser where it began, once, within fifteen minutes. This answer was used before, was too late, or came to a browser that had not asked.',
    help: 'Start again from the sign-in page, and allow cookies of this site.',
  },
  'sso-provider-gone': {
    title: 'The identity provider is switched off',
    explanation: 'There is no such identity provider, or an administrator has switched it off.',
    help: 'Sign in another way, or ask an administrator.',
  },
  'sso-account-disabled': {
    title: 'The account is deactivated',
    explanation: 'The identity provider vouched for the person, whose account here is deactivated.',
    help: 'Ask an administrator to activate it.',
  },
  'sso-no-account': {
    title: 'There is no account yet',
    explanation:
      'The identity provider vouched for the person, who has no account here, and the provider is not set up to create any.',
    help: 'Ask an administrator for an account, or to link yours.',
  },
  'sso-account-not-linked': {
    title: 'An account has this name or address, and is not linked',
    explanation:
      'The identity provider vouched for somebody whose user name or e-mail address an account here has already. That alone does not prove that they are the same person.',
    help: 'Sign in to that account as before and link the provider on its Security page, or ask an administrator to link it.',
  },
  'sso-incomplete': {
    title: 'The identity provider said too little',
    explanation:
      'An account needs a user name, an e-mail address and a name; one of them was missing or unusable.',
    help: 'An administrator can see what came back with “Test this” on the page of the provider, and map its attributes.',
  },
  'sso-linked-already': {
    title: 'This person is linked to another account',
    explanation:
      'At the identity provider one is signed in as somebody who is linked to an account here already.',
    help: 'Sign in there as the right person, or remove the other link first.',
  },
  'sso-somebody-else': {
    title: 'Somebody else signed in there',
    explanation: 'The identity provider vouched for another person than the one this account belongs to.',
    help: 'Sign out there and try again as yourself.',
  },
  'sso-not-fresh': {
    title: 'The identity provider did not ask again',
    explanation:
      'To confirm who you are, the provider must ask for your credentials again; it answered from an older sign-in.',
    help: 'Sign out there and try again.',
  },
  'directory-wrong': {
    title: 'The directory refused the password',
    explanation:
      'The password of this account is kept in a directory, which was asked and said no: it is wrong, has ended, or the account is locked there.',
    help: `Sign in somewhere else with the directory's password to find out, or change it there. For programs: ${useToken}`,
  },
  'directory-gone': {
    title: 'The directory has no such person any more',
    explanation:
      'The account is linked to a person of a directory who is not there any more, or whom the filter of the directory leaves out.',
    help: 'An administrator can look the person up with “Test this” on the page of the directory.',
  },
  'directory-closed': {
    title: 'The account is closed in the directory',
    explanation:
      'The password was right, but the directory says that the account is disabled or has expired.',
    help: 'Ask whoever runs the directory.',
  },
  'directory-unavailable': {
    title: 'The directory does not answer',
    explanation:
      'The password of this name is, or may be, kept in a directory that is down, too slow or set up wrongly. Nothing was counted.',
    help: 'Try again later; API tokens go on working. The log of the server says what exactly is wrong, and so does “Test this” on the page of the directory.',
  },
  'directory-link-stays': {
    title: 'Only an administrator unlinks a directory',
    explanation:
      'The account follows a directory: when its person leaves there, its sessions end and its tokens are refused. Its owner cannot take it out of that.',
    help: 'Ask an administrator to unlink it.',
  },
  'password-in-directory': {
    title: 'The password is kept in a directory',
    explanation:
      'The account signs in with the password of a directory, so there is none here to change or to reset.',
    help: 'Change it where the directory lets you, for instance on your computer at work.',
  },
  'oidc-answer-invalid': {
    title: 'The answer of the identity provider does not count',
    explanation:
      'What the identity provider sent is not signed with one of its keys, is meant for somebody else, is out of date, or could not be fetched.',
    help: 'Start again from the sign-in page. If it stays so, an administrator sees in the audit log, and with “Test this” on the page of the provider, what exactly is wrong.',
  },
  'oidc-not-asked': {
    title: 'Nobody here waits for this answer',
    explanation:
      'A sign-in begins on this site and is waited for for fifteen minutes. The answer belongs to none, to another provider, or was used.',
    help: 'Start again from the sign-in page, and do not load the page of the provider again.',
  },
  'oidc-provider-refused': {
    title: 'The identity provider signed nobody in',
    explanation: 'It answered with an error in place of saying who is there.',
    help: 'The person may lack the right to use this application there. An administrator sees the words of the provider in the audit log.',
  },
  'oidc-provider-unavailable': {
    title: 'The identity provider cannot be reached',
    explanation:
      'It is down, too slow, at an address that this site may not call, or does not describe itself.',
    help: 'Try again later; API tokens go on working. “Test this” on the page of the provider says what exactly is wrong, and accounts for emergencies get in by password.',
  },
  'oidc-sign-out-refused': {
    title: 'The sign-out of the identity provider does not count',
    explanation:
      'A message that was to sign somebody out is not signed with one of its keys, is meant for somebody else, is too old, or was used before. Nobody was signed out by it.',
    help: 'Sign out here as usual. An administrator sees in the audit log what exactly is wrong.',
  },
  'saml-answer-invalid': {
    title: 'The answer of the identity provider does not count',
    explanation:
      'What the identity provider sent is not signed with a key that is known here, is meant for somebody else, or has a form that is not accepted.',
    help: 'Start again from the sign-in page. If it stays so, an administrator sees in the audit log, and with “Test this” on the page of the provider, what exactly is wrong.',
  },
  'saml-answer-too-late': {
    title: 'The answer of the identity provider is out of date',
    explanation: 'It was made too long ago, or in the future: it may differ from the clock here by a minute.',
    help: 'Start again. If it stays so, the clock of one of the two servers is wrong.',
  },
  'saml-answer-used': {
    title: 'The answer of the identity provider was used before',
    explanation: 'Each answer opens one session. This one had been taken already, here or on another node.',
    help: 'Start again from the sign-in page, and do not load the page of the provider again.',
  },
  'saml-not-asked': {
    title: 'Nobody here waits for this answer',
    explanation:
      'A sign-in begins on this site unless an administrator allows others, and is waited for for fifteen minutes. The answer belongs to none, or to another one.',
    help: 'Start from the sign-in page of this site, in place of a link at the identity provider.',
  },
  'saml-provider-refused': {
    title: 'The identity provider signed nobody in',
    explanation: 'It answered with an error in place of saying who is there.',
    help: 'The person may lack the right to use this application there. An administrator sees the words of the provider in the audit log.',
  },
  'saml-no-lasting-name': {
    title: 'The identity provider gives no lasting name',
    explanation:
      'It calls the person by another name at each sign-in (a transient NameID), so that they could not be known again.',
    help: 'An administrator of the identity provider can make it send a persistent NameID, a user name or an e-mail address.',
  },
  'saml-sign-out-refused': {
    title: 'The sign-out of the identity provider does not count',
    explanation:
      'A message that was to sign somebody out is not signed with a key that is known here, is meant for somebody else, is too old, or was used before. Nobody was signed out by it.',
    help: 'Sign out here as usual. An administrator sees in the audit log what exactly is wrong.',
  },
  'saml-sign-out-partial': {
    title: 'You are signed out here, and perhaps not everywhere',
    explanation: 'The identity provider could not end all sessions that it knows of.',
    help: 'Sign out of the other applications yourself, or close the browser.',
  },
  'password-changed': {
    title: 'The password was changed at that moment',
    explanation:
      'The password was right when it was looked at, and had been replaced before the session was opened.',
    help: 'Sign in with the new password.',
  },
  'wrong-token': {
    title: 'The API token is not known',
    explanation:
      'The secret looks like an API token, and no such token was ever made here, or a character of it is damaged.',
    help: 'Copy the token again, whole and without spaces or line breaks, or make a new one. Check that the token belongs to this site.',
  },
  'forward-group-missing': {
    title: 'The account is in none of the groups that are needed there',
    explanation:
      'A reverse proxy asks this site whether the account may pass, and lets members of certain groups through only.',
    help: 'Ask an administrator to add the account to one of the groups.',
  },
  'wrong-scim-token': {
    title: 'The SCIM credential is not known',
    explanation: 'The secret that was shown to /scim/v2 was never made here, or has been revoked.',
    help: 'An administrator makes a new one on the page of the identity provider. API tokens do not open /scim/v2.',
  },
  'wrong-access-token': {
    title: 'The access token of an application is not known',
    explanation:
      'It was never issued here, or its grant was revoked: by the person, by the application, because the application was removed, or because a code or refresh token was used twice.',
    help: 'The application must ask for access anew. Under Account › Authorised applications is what still has access.',
  },
  'access-token-expired': {
    title: 'The access token of an application has expired',
    explanation: 'Access tokens of OAuth 2.0 live an hour.',
    help: 'The application gets a new one with its refresh token, or asks for access anew.',
  },
  'wrong-client': {
    title: 'The application is not known, or its secret is wrong',
    explanation:
      'A program that asked for a token showed a client id that no incoming link has, or a secret that is not its own.',
    help: 'An administrator finds the client id on the page Incoming links, and can make a new secret there.',
  },
  'application-elsewhere': {
    title: 'The access token of an application counts on this site only',
    explanation:
      'A reverse proxy asked whether the request may pass to another site. People let an application act for them here, and nowhere else.',
    help: 'Use an API token of the account for the other site.',
  },
  'token-of-another-account': {
    title: 'The API token belongs to another account',
    explanation: 'The token is known, but not as one of the account that was named with it.',
    help: 'Send the token with the e-mail address or user name of the account that made it, or send it as a Bearer token, which needs no name.',
  },
  'token-expired': {
    title: 'The API token has expired',
    explanation: 'The token was right, and its last day is over.',
    help: 'Make a new token and put it where the old one is stored. The list of tokens shows when each one ends.',
  },
  'service-account': {
    title: 'Service accounts sign in by token only',
    explanation:
      'The account belongs to a program. It has no password and no way in on the web, and can be given none.',
    help: 'Use one of its API tokens; whoever answers for it makes them on the page “Service accounts”.',
  },
  'token-rotated': {
    title: 'The API token has a new secret',
    explanation:
      'The token was rotated, and the hours are over in which its old secret was to go on working. Something still uses the old one.',
    help: 'Put the new secret where the old one is stored. Who no longer has the new one can rotate the token again.',
  },
  'token-address': {
    title: 'The API token does not count from this address',
    explanation:
      'The token was right, and is held to a list of addresses. The request came from another one; it was refused exactly like a wrong token.',
    help: 'Use it from an address of its list, or make a token whose list holds the address that this request came from. Behind a reverse proxy the server sees the address of the proxy until an administrator names it in TESSERA_TRUSTED_PROXIES.',
  },
  'token-leaked': {
    title: 'The API token has been revoked, because others could read it',
    explanation:
      'The token was right until somebody presented it as leaked, or it was found in a text or an address.',
    help: 'Make a new token, and keep it out of issues, comments, addresses and repositories. The audit log says where the old one was found.',
  },
  'scope-missing': {
    title: 'The credential is held to scopes',
    explanation:
      'It was right, but was made for less than what this request does. “full-access” means: nothing that is held to scopes, projects or addresses may do it.',
    help: 'Make a token with the scope that is needed, or with none, which may do everything its owner may. The needed scope also stands in the WWW-Authenticate header of the answer.',
  },
  'token-revoked': {
    title: 'The API token has been revoked',
    explanation: 'The token was right until its owner or an administrator revoked it.',
    help: 'Make a new token. The audit log says who revoked the old one, and when.',
  },
  'account-disabled': {
    title: 'The account is deactivated',
    explanation: 'The secret was right, but the account may not sign in.',
    help: 'An administrator can activate the account again.',
  },
  'malformed-credential': {
    title: 'The credential could not be read',
    explanation:
      'The Authorization header is not what its scheme asks for: Basic needs the base64 of "name:secret", with a name, and without control characters.',
    help: 'Let the client library or curl -u build the header instead of building it by hand; check for line breaks in the base64.',
  },
  'unknown-scheme': {
    title: 'The kind of credential is not supported',
    explanation: 'The Authorization header names a scheme other than Basic and Bearer.',
    help: `Use Basic or Bearer. ${useToken}`,
  },
  'passwords-switched-off': {
    title: 'Passwords are switched off for REST',
    explanation:
      'This site takes no passwords over REST. The secret was not looked at, so this says nothing about whether it is right.',
    help: useToken,
  },
  'session-ended': {
    title: 'The session has ended',
    explanation:
      'The request carried the cookie of a session that is over: signed out, idle for too long, past its end, or ended by its owner, a password change or an administrator.',
    help: 'Sign in again. Scripts that keep a cookie must sign in again on a 401, or use an API token instead.',
  },
  'session-stolen': {
    title: 'A copied cookie was used',
    explanation:
      'The browser was to stay signed in. What it keeps for that changes at each use, and what came was used up before: somebody else used a copy, or this is the copy. Every session that was made from it has ended.',
    help: 'Sign in again. If you cannot explain it (a restored backup of the browser can be the cause), change your password and look at your sessions and the audit log.',
  },
  'session-required': {
    title: 'There is no session',
    explanation:
      'The request asked to be answered only with a live session (os_authType=cookie), and has none.',
    help: 'Sign in first, or leave os_authType out.',
  },
  // Locks
  'locked-here': {
    title: 'Sign-in is closed from this address',
    explanation:
      'Too many sign-ins of this account failed in a row from where the request came. Until the lock is lifted, nothing that comes from there for this account is looked at, right secrets included.',
    help: 'Sign in once on the web page and type the word in the picture, or ask an administrator to reset the failed login count; a day without failures lifts the lock too. First mend what sends the wrong secret, or it will lock again.',
  },
  'locked-everywhere': {
    title: 'Passwords of this account are closed',
    explanation:
      'Somebody tried wrong passwords for this account from several networks. Passwords are not looked at for now; API tokens and sessions go on working.',
    help: 'Use an API token, follow the link in the mail that was sent to the account, or sign in on the web page with the word in the picture.',
  },
  ceiling: {
    title: 'Too many failed sign-ins',
    explanation:
      'So many sign-ins of this account failed in a row that passwords are not looked at any more, whatever is typed with them.',
    help: 'Use the link in the mail that was sent to the account, reset the password, or ask an administrator.',
  },
  'captcha-wrong': {
    title: 'The word did not match the picture',
    explanation:
      'The sign-in page asked for the word in a picture, and another one was typed. The password was not looked at.',
    help: 'Try again with the new picture, or listen to the word.',
  },
  'captcha-missing': {
    title: 'The word in the picture is asked for',
    explanation:
      'After several failures the sign-in page asks for the word in a picture. The password was not looked at without it.',
    help: 'Sign in on the web page and type the word.',
  },
  // Load
  'too-many-failures': {
    title: 'Too many failed sign-ins from this address',
    explanation: 'So many sign-ins failed from the network of the request that further ones must wait.',
    help: 'Wait as long as the Retry-After header says. API tokens that are right are not held up.',
  },
  'sign-in-alarm': {
    title: 'Unusually many sign-ins fail on this site',
    explanation:
      'Somebody seems to be trying stolen passwords from many places. Until that is over, passwords are looked at only with the word in the picture, from browsers that signed in before, and over REST from the network where the account’s password came from last.',
    help: 'Use an API token, or sign in on the web page with the word in the picture.',
  },
  'too-many-requests': {
    title: 'Too many requests',
    explanation: 'More requests came from there than this site answers in that time.',
    help: 'Wait as long as the Retry-After header says, and send fewer at once.',
  },
  busy: {
    title: 'The server was busy checking other sign-ins',
    explanation: 'Checking a password costs the server time, and others were in line. Nothing was counted.',
    help: 'Try again after the time in the Retry-After header. API tokens never wait.',
  },
  // Requests
  xsrf: {
    title: 'The request may come from another site',
    explanation:
      'It would change something, is signed in by a cookie, and does not show that it comes from this site (its Origin, Referer or Sec-Fetch-Site header is missing or names another one).',
    help: 'Scripts should use an API token instead of a cookie. Behind a reverse proxy, TESSERA_BASE_URL must be the address that the browser shows.',
  },
  'websudo-required': {
    title: 'Administrator access must be confirmed',
    explanation: 'Administration by session asks for the password again after ten minutes.',
    help: 'Confirm with your password, or use an API token.',
  },
  'token-not-enough': {
    title: 'An API token may not do this',
    explanation:
      'Some things are left to people who signed in with their password, so that a stolen token cannot outlive its revocation.',
    help: 'Sign in on the web page and do it there.',
  },
  // OAuth 1.0a
  'oauth-malformed': {
    title: 'The OAuth parameters could not be read',
    explanation:
      'A parameter of the signed request is missing, too long, there twice, or not percent-encoded. The body of the answer says which.',
    help: 'Let a library of OAuth 1.0a sign the request, and add nothing to it afterwards.',
  },
  'oauth-version': {
    title: 'The OAuth version is not 1.0',
    explanation: 'The request says oauth_version, and not 1.0.',
    help: 'Send 1.0, or leave it out. OAuth 2.0 tokens go into Authorization: Bearer.',
  },
  'oauth-form': {
    title: 'A signed form was sent to an address that takes none',
    explanation:
      'What a form says is part of what is signed. Under /rest nothing takes forms, so its signature was not looked at.',
    help: 'Send JSON. Its text is not signed.',
  },
  'oauth-signature-method': {
    title: 'The signature method is not taken here',
    explanation:
      'Requests are signed with RSA. HMAC-SHA1 and PLAINTEXT would need a secret that both sides know, and there is none.',
    help: 'Set the client to RSA-SHA256, or to RSA-SHA1 where it knows no better. A client that tries HMAC first and goes on with RSA is fine: nothing was counted.',
  },
  'oauth-consumer-unknown': {
    title: 'No application link has this consumer key',
    explanation:
      'The request is signed in the name of an application that is not set up here, or was removed.',
    help: 'Compare the consumer key of the client with the one under Administration › Application links, character by character.',
  },
  'oauth-timestamp': {
    title: 'The request is dated too far from now',
    explanation:
      'A signed request holds for five minutes before and after the time it bears. The clock of the client, or of this server, is wrong.',
    help: 'Set the clock of the machine that signs; requests must not be kept and sent later.',
  },
  'oauth-signature': {
    title: 'The signature does not fit',
    explanation:
      'The private key that signed belongs to another public key than the one of the application link, or the request was signed for another address than the one it came to.',
    help: 'The client must use the base URL of this site as it stands under TESSERA_BASE_URL, scheme, port and path included; a proxy must not change the query. Then compare the keys: openssl rsa -in private.pem -pubout shows the public one.',
  },
  'oauth-nonce-used': {
    title: 'The same request came before',
    explanation:
      'Each signed request counts once. This one, with the same nonce and time, was taken already: it was sent again, or somebody recorded and replayed it.',
    help: 'A client that tries again must sign again, with a new nonce.',
  },
  'oauth-other-body': {
    title: 'The body is not the one that was signed',
    explanation: 'The request names the hash of its body (oauth_body_hash), and the body has another one.',
    help: 'Something between the client and the server changed the body, or the client hashed another text than it sent.',
  },
  'oauth-callback': {
    title: 'The callback is not the one of the application link',
    explanation: 'The application asked to send people to another address than the one an administrator set.',
    help: 'Set the same callback on both sides, character by character.',
  },
  'oauth-token-unknown': {
    title: 'The OAuth token is not known',
    explanation:
      'It is none of this application, was replaced by a newer one, or a character of it is missing.',
    help: 'Let the application ask for access again.',
  },
  'oauth-token-revoked': {
    title: 'The application is no longer authorised',
    explanation: 'The owner of the account revoked what the application may do.',
    help: 'Let the application ask for access again, if that was a mistake.',
  },
  'oauth-token-expired': {
    title: 'The OAuth token has expired',
    explanation: 'OAuth 1.0a tokens live for five years, and can be renewed for thirty days more.',
    help: 'Let the application renew it with its session handle, or ask for access again.',
  },
  'oauth-not-renewable': {
    title: 'The OAuth token could not be renewed',
    explanation:
      'The session handle is not the one of the token, was used already, or the thirty days after the token’s end are over.',
    help: 'Let the application ask for access again.',
  },
  'oauth-request-expired': {
    title: 'The application waited too long',
    explanation: 'Between asking for access and fetching the token there are ten minutes.',
    help: 'Start again in the application.',
  },
  'oauth-token-used': {
    title: 'The request token was exchanged already',
    explanation: 'What somebody approved brings one token, once.',
    help: 'Start again in the application. If nobody else did, somebody may have recorded the request.',
  },
  'oauth-not-approved': {
    title: 'Nobody has approved the request yet',
    explanation: 'The application fetched its token before anybody said yes on the page of this site.',
    help: 'Open the address that the application shows, and allow it.',
  },
  'oauth-denied': {
    title: 'The request was denied',
    explanation: 'Somebody looked at what the application asks for, and said no.',
    help: 'Start again in the application, if that was a mistake.',
  },
  'oauth-verifier-wrong': {
    title: 'The verification code is wrong',
    explanation: 'The code that was shown, or sent to the callback, is another one.',
    help: 'Type the code as the page shows it, or start again in the application.',
  },
  'oauth-request-unknown': {
    title: 'No application asks under this address',
    explanation: 'The address of the page names no request, or that of an application that was removed.',
    help: 'Start again in the application.',
  },
  'oauth-request-over': {
    title: 'This request is over',
    explanation: 'It was decided already, or is older than ten minutes.',
    help: 'Start again in the application.',
  },
  'oauth-somebody-else': {
    title: 'Somebody else signed in meanwhile',
    explanation: 'The page showed one account, and another one was signed in when the answer came.',
    help: 'Load the page again, and look whose account it names.',
  },
  'oauth-two-legged-off': {
    title: 'The application may not ask without a token',
    explanation: 'The request names no person, and the application link allows that to no account.',
    help: 'An administrator can set the account under Administration › Application links.',
  },
  'oauth-impersonation-off': {
    title: 'The application may not act as others',
    explanation: 'The request names an account to act as, and the application link does not allow that.',
    help: 'Leave user_id and xoauth_requestor_id out, or let a system administrator allow it.',
  },
  'oauth-nobody-of-that-name': {
    title: 'The application named nobody',
    explanation: 'No active account has the name that the application wants to act as.',
    help: 'Name the account by its user name or e-mail address.',
  },
  // Mailed links
  'unknown-link': {
    title: 'The link is not known',
    explanation: 'The code in the link is none that was mailed from here, or a character of it is missing.',
    help: 'Open the link from the mail again, whole; some mail programs break long lines. Or ask for a new one.',
  },
  'link-used': {
    title: 'The link has been used',
    explanation:
      'Each mailed link works once. This one was used already, or a newer one or a change of the password made it void.',
    help: 'Use the newest mail, or ask for a new link.',
  },
  'link-expired': {
    title: 'The link has expired',
    explanation:
      'Links that set a password live for an hour, those that verify an address for a day, invitations for a week.',
    help: 'Ask for a new link.',
  },
  'link-of-earlier-address': {
    title: 'The link was sent to an earlier address',
    explanation: 'The account has had another e-mail address since the link was mailed.',
    help: 'Ask for a new link: it is sent to the present address.',
  },
  'address-taken': {
    title: 'The address belongs to another account',
    explanation: 'Before this link was opened, another account got the e-mail address.',
    help: 'Use another address, or ask an administrator.',
  },
  'not-signed-in': {
    title: 'Nobody was signed in',
    explanation: 'The request carried no credential at all, and what it asked for is not open to everybody.',
    help: `${useToken} Some clients send credentials only after a challenge: add os_authType=basic to the address for them, or make them send at once.`,
  },
  // Permissions
  'missing-global-permission': {
    title: 'A permission of the site is missing',
    explanation: 'Only people with a certain permission of the whole site may do this.',
    help: 'Ask an administrator of the site to do it, or to put the account into a group that has the permission.',
  },
  'missing-permission': {
    title: 'A permission in the project is missing',
    explanation: "The project's permission scheme does not give the account the permission that this takes.",
    help: 'An administrator of the site can add the account to a role of the project, or change its permission scheme.',
  },
  'missing-or-hidden': {
    title: 'There is no such thing, or the account may not see it',
    explanation: 'The two are answered alike, so that nobody learns what exists.',
    help: 'Check the key or id, and that the account may browse the project. An administrator can look up which of the two it was.',
  },
  missing: {
    title: 'There is no such thing',
    explanation: 'The request named a project or an issue that does not exist.',
    help: 'Check the key or id, and that the request goes to the right site.',
    shownAs: 'missing-or-hidden',
  },
  hidden: {
    title: 'The account may not see it',
    explanation: 'What the request named exists, and the account lacks the permission to browse it.',
    help: "Add the account to a role of the project that may browse it, or change the project's permission scheme.",
    shownAs: 'missing-or-hidden',
  },
  unauthenticated: {
    title: 'The request was not authenticated',
    explanation: 'What was asked for is not open to whoever asked.',
    help: useToken,
  },
  forbidden: {
    title: 'The account may not do this',
    explanation: 'Who asked was known, and lacks the right to do what was asked.',
    help: 'Ask an administrator of the site.',
  },
  refused: {
    title: 'The request was refused',
    explanation: 'The answer itself says why.',
    help: 'Read the message of the answer.',
  },
};

export const refusalTexts: ReadonlyMap<string, RefusalText> = new Map(Object.entries(texts));

/** The text of a step; of one that has none, a general one. */
export function refusalText(step: string): RefusalText {
  return refusalTexts.get(step) ?? texts.refused!;
}
