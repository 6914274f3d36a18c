import './node-version.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder } from './project.mjs';
import { reportFailure } from './report-failure.mjs';
import { runBuilt } from './run-built.mjs';

// npm run convscope: sets up what is missing and goes on as the terminal program.
await prepare(projectFolder).catch(reportFailure);
await runBuilt(projectFolder, process.argv.slice(2));
