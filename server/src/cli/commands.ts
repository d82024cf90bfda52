import type { Command } from './command.ts';
import { configCheckCommand } from './config-command.ts';
import { explainCommand } from './explain-command.ts';
import { userResetFactorsCommand } from './factor-commands.ts';
import { lockClearCommand, lockListCommand } from './lock-commands.ts';
import { serveCommand } from './serve.ts';
import { serviceAccountAddCommand } from './service-account-commands.ts';
import { userSignInLinkCommand } from './sign-in-link-command.ts';
import {
  tokenCreateCommand,
  tokenListCommand,
  tokenRevokeCommand,
  tokenRotateCommand,
} from './token-commands.ts';
import { userAddCommand, userListCommand, userSetPasswordCommand } from './user-commands.ts';

/** Every command of `tessera`, in the order in which help and documentation list them. */
export const commands: readonly Command[] = [
  serveCommand,
  userAddCommand,
  userListCommand,
  userSetPasswordCommand,
  userResetFactorsCommand,
  userSignInLinkCommand,
  serviceAccountAddCommand,
  tokenCreateCommand,
  tokenListCommand,
  tokenRotateCommand,
  tokenRevokeCommand,
  lockListCommand,
  lockClearCommand,
  explainCommand,
  configCheckCommand,
];
