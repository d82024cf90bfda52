import { Alert } from '@mantine/core';
import { ApiError } from '../../api/request.ts';
import { TextLink } from '../../components/links.tsx';
import classes from './sign-in.module.css';

const wrong = 'The e-mail or user name, or the password, is not right.';

/** What happened to the attempt and what to do next, in words that tell nobody which names exist. */
export function SignInRefusal({ error }: { error: unknown }) {
  if (isClosed(error)) return <Closed />;
  return (
    <Alert color="red" role="alert" className={classes.alert}>
      {wordsFor(error)}
    </Alert>
  );
}

/** The password was not even looked at: the word was not the one in the picture. */
export function wordWasWrong({ status, fields }: ApiError): boolean {
  return status === 401 && fields.captcha !== undefined && fields.captcha !== 'Type the word in the picture.';
}

/** Closed beyond the picture. */
export function isClosed(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.fields.captcha === undefined;
}

function wordsFor(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Signing in failed. Try again.';
  if (error.status === 429) {
    const seconds = error.retryAfterSeconds;
    return `There were too many attempts from here. ${seconds === null ? 'Wait a while' : `Wait ${seconds} seconds`}, then try again.`;
  }
  if (wordWasWrong(error)) return 'That was not the word in the picture.';
  if (error.fields.captcha !== undefined) {
    return error.status === 403
      ? 'Too many failed attempts. Type the word in the picture as well.'
      : `${wrong} There were several failed attempts: type the word in the picture as well.`;
  }
  if (error.status === 401) return wrong;
  return error.messages.join(' ') || error.message;
}

function Closed() {
  return (
    <Alert color="red" role="alert" className={classes.alert} title="Signing in is closed for this name">
      <p className={classes.line}>There were too many failed attempts. This opens it again:</p>
      <ul className={classes.list}>
        <li>the link in the mail that was sent to the account’s address,</li>
        <li>
          <TextLink to="/reset-password" underline="always">
            a new password
          </TextLink>
          ,
        </li>
        <li>an administrator, who can reset the failed login count,</li>
        <li>24 hours without another attempt.</li>
      </ul>
    </Alert>
  );
}
