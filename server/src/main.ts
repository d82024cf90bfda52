import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start reads compiled code instead of sources.
enableCompileCache();
const { runCommand } = await import('./cli/run-command.ts');
process.exitCode = await runCommand(process.argv.slice(2));
