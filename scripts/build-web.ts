import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'web');
const dist = join(web, 'dist');
const hashFile = '.sources-hash';

/** Builds the web app into web/dist if it was not built from exactly these sources and packages. */
export async function ensureWebBuilt(): Promise<void> {
  const hash = await hashSources();
  if ((await builtHash()) === hash) return;
  const startedAtMs = Date.now();
  const built = await build();
  await writeFile(join(built, hashFile), hash);
  await replaceDist(built, hash);
  console.error(`Web app built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

async function hashSources(): Promise<string> {
  const files = [
    ...['package-lock.json', 'web/package.json', 'web/index.html', 'web/vite.config.ts'],
    ...(await filesBelow('web/src')),
    ...(await filesBelow('web/public')),
    ...(await filesBelow('wire')),
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

function builtHash(): Promise<string | undefined> {
  return readFile(join(dist, hashFile), 'utf8').catch(() => undefined);
}

/** Runs Vite in a process of its own, so that its memory is not the server's; returns the folder it filled. */
async function build(): Promise<string> {
  await mkdir(join(web, 'node_modules'), { recursive: true });
  const folder = await mkdtemp(join(web, 'node_modules/.build-'));
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'inherit', 'inherit'],
    // A test runner's NODE_ENV would build React's development version.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('exit', resolve);
  });
  // A temporary folder is its owner's alone; the built files are for whoever runs the server.
  if (code === 0) {
    await chmod(folder, 0o755);
    return folder;
  }
  await rm(folder, { recursive: true, force: true });
  throw new Error(`The web app could not be built (vite ended with ${code}).`);
}

/** Two servers may start at once: each builds aside, and whoever comes second keeps the first one's result. */
async function replaceDist(built: string, hash: string): Promise<void> {
  const old = `${built}-old`;
  await rename(dist, old).catch(() => {});
  try {
    await rename(built, dist);
  } catch (error) {
    if ((await builtHash()) !== hash) throw error;
    await rm(built, { recursive: true, force: true });
  }
  await rm(old, { recursive: true, force: true });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureWebBuilt();
}
