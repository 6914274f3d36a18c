import './node-version.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder, say } from './project.mjs';
import { reportFailure } from './report-failure.mjs';

// npm run setup: set-up alone, and at once what would otherwise wait for an hour after a failure.
await prepare(projectFolder, { again: true }).catch(reportFailure);
say('Convscope is set up.');
