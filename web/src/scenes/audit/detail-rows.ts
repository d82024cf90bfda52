import type { AuditRecord } from '../../api/audit.ts';
import { inWords } from '../../components/in-words.ts';
import { fullTime, parseTime } from '../../components/when.tsx';

/** Everything of a record that its row has no room for, by name; what is empty is left out. */
export function detailRows(record: AuditRecord, timeZone: string | undefined): [string, string][] {
  const { actor, subject, detail } = record;
  const rows: [string, unknown][] = [
    ['Event', record.event],
    ['When', fullTime(parseTime(record.at), timeZone)],
    ['Who', actor === null ? '' : [actor.displayName, `(${actor.name})`].filter(Boolean).join(' ')],
    ['Credential', credential(record)],
    ['From', record.address],
    ['Program', record.userAgent],
    [
      'About',
      subject === null
        ? ''
        : [subject.type, subject.name, subject.id && `#${subject.id}`].filter(Boolean).join(' '),
    ],
    ['Request', record.requestId],
    ['Record', record.id],
    ...Object.entries(detail ?? {}).map(([name, value]): [string, unknown] => [inWords(name), value]),
  ];
  return rows
    .map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    .filter(([, value]) => value !== '');
}

const credentials: Readonly<Record<string, string>> = {
  anonymous: 'none',
  'api-token': 'API token',
  basic: 'Basic',
  bearer: 'Bearer',
  form: 'sign-in page',
  'command-line': 'command line',
};

function credential({ via, credentialId }: AuditRecord): string {
  const name = credentials[via] ?? via;
  return credentialId === null ? name : `${name} #${credentialId}`;
}
