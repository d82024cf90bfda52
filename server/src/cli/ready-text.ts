import type { Config } from '../config.ts';
import { demoAccounts, demoCommands } from './demo/demo-accounts.ts';
import { type Listening, listeningUrl, siteUrl } from './listening.ts';
import { textTable } from './text-table.ts';

export interface ReadyFacts {
  readonly config: Config;
  readonly address: Listening['address'];
  /** One-time code for setting up the first administrator; undefined: there are accounts. */
  readonly setupCode: string | undefined;
  /** The data folder is removed at the end. */
  readonly temporary: boolean;
}

export function readyText(facts: ReadyFacts): string {
  const { config, address, setupCode } = facts;
  const url = siteUrl(config, address);
  const lines = [`Tessera ready on ${url}`];
  if (config.baseUrl !== undefined) lines.push(`Listening on ${listeningUrl(address)}`);
  if (setupCode !== undefined) {
    lines.push(`Set up the first administrator within an hour: ${setupUrl(url, setupCode)}`);
  }
  return `${lines.join('\n')}\n${config.demo ? demoText(facts, url) : ''}`;
}

function demoText({ config, temporary }: ReadyFacts, url: string): string {
  const rows = Object.values(demoAccounts).map((account) => [
    account.email,
    `${account.name} / ${account.password}`,
    account.token,
    account.may,
  ]);
  const accounts = textTable(['ACCOUNT', 'USER NAME / PASSWORD', 'API TOKEN', 'MAY'], rows);
  return `
Demonstration data, ${temporary ? 'removed at the end' : `kept in ${config.dataFolder}`}.

${indent(accounts)}
Try:

${indent(`${demoCommands(url).join('\n')}\n`)}
Web pages:  ${url}/
API pages:  ${url}/rest/api/docs
`;
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

const setupUrl = (url: string, code: string): string => `${url}/setup?code=${code}`;

export function readyJson({ config, address, setupCode, temporary }: ReadyFacts): unknown {
  const url = siteUrl(config, address);
  return {
    state: 'RUNNING',
    url,
    listening: listeningUrl(address),
    ...(setupCode === undefined ? {} : { setupUrl: setupUrl(url, setupCode) }),
    ...(config.demo
      ? {
          demonstration: {
            dataFolder: config.dataFolder,
            temporary,
            accounts: Object.values(demoAccounts),
            commands: demoCommands(url),
          },
        }
      : {}),
  };
}
