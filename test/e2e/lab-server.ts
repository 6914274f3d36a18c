import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from './convscope';

/** The browser shell as a person starts it, with runs in a folder of its own. */
export class LabServer {
  readonly url: string;
  readonly runsFolder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, runsFolder: string, child: ChildProcess) {
    this.url = url;
    this.runsFolder = runsFolder;
    this.#child = child;
  }

  static async start(...words: readonly string[]): Promise<LabServer> {
    const runsFolder = await mkdtemp(path.join(os.tmpdir(), 'convscope-e2e-'));
    const command = ['electron/setup/convscope.mjs', 'serve', '--json', '--runs', runsFolder, ...words];
    const child = spawn(process.execPath, command, {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
      // What is remembered of models is the story's own.
      env: { ...process.env, XDG_DATA_HOME: runsFolder },
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        resolve((JSON.parse(text) as { url: string }).url);
      });
      child.once('close', (code) => {
        reject(new Error(`The server ended with ${code} before it served.`));
      });
    });
    return new LabServer(url, runsFolder, child);
  }

  /** Kills the process that owns TensorFlow, as the system does when memory runs out. */
  killLab(): void {
    const processes = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    const lab = processes.find((line) => line.includes('lab-process') && line.includes(this.runsFolder));
    if (lab === undefined) throw new Error("The lab's process was not found.");
    process.kill(Number.parseInt(lab, 10), 'SIGKILL');
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await closed;
    await rm(this.runsFolder, { recursive: true, force: true });
  }
}
