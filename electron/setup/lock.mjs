import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { say } from './project.mjs';

/**
 * Runs `work` while no other set-up of this person does. The lock is a file that holds a process's number: one whose
 * process is gone was left by a kill and is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    if (!told) say('Another set-up is running; waiting for it to end.');
    told = true;
    await wait(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (thrown) {
    if (/** @type {NodeJS.ErrnoException} */ (thrown).code !== 'EEXIST') throw thrown;
    if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (thrown) {
    // Given back between two looks.
    if (/** @type {NodeJS.ErrnoException} */ (thrown).code === 'ENOENT') return process.pid;
    throw thrown;
  }
}

/** @param {number} processId */
function isAlive(processId) {
  try {
    // 0 is a lock whose owner has not yet written its number.
    return processId === 0 || process.kill(processId, 0);
  } catch (thrown) {
    return /** @type {NodeJS.ErrnoException} */ (thrown).code === 'EPERM';
  }
}
