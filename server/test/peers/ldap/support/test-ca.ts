import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestCa {
  /** PEM. */
  readonly certificate: string;
  /** Paths of what a server for these names shows. */
  issue(name: string, names: string): Promise<{ readonly certificate: string; readonly key: string }>;
}

/** An authority of the test's own, by openssl. */
export async function makeCa(folder: string): Promise<TestCa> {
  await mkdir(folder, { recursive: true });
  const key = join(folder, 'ca.key');
  const certificate = join(folder, 'ca.pem');
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    key,
    '-out',
    certificate,
    '-days',
    '2',
    '-subj',
    '/CN=Test directory CA',
  ]);
  return {
    certificate: await readFile(certificate, 'utf8'),
    async issue(name, names) {
      const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
      const request = join(folder, `${name}.csr`);
      const extensions = join(folder, `${name}.ext`);
      await writeFile(extensions, `subjectAltName=${names}\n`);
      await run('openssl', ['req', ...newKey, '-keyout', files.key, '-out', request, '-subj', `/CN=${name}`]);
      await run('openssl', [
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        certificate,
        '-CAkey',
        key,
        '-CAcreateserial',
        '-out',
        files.certificate,
        '-days',
        '2',
        '-extfile',
        extensions,
      ]);
      return files;
    },
  };
}
