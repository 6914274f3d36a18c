import { Refusal } from '#shared/errors';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written; give yourself the right to, or name another folder',
  EPERM: 'it may not be written; give yourself the right to, or name another folder',
  EROFS: 'its disk is read-only; name another folder',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your share of the disk is used up; make room',
  ENOENT: 'it is gone; put it back',
  ENOTDIR: 'a file is in its way; name another folder',
  EEXIST: 'a file is in its way; name another folder',
  EIO: 'the disk reports a fault',
};

/** Faults of disks and rights in words, without a point; `null` for anything else. */
export function storageReason(thrown: unknown): string | null {
  return reasons[errorCode(thrown) ?? ''] ?? null;
}

/** Faults of disks and rights in words; whatever else was thrown is given back as it is. */
export function explainStorage(thrown: unknown, folder: string): unknown {
  const reason = storageReason(thrown);
  if (reason === null) return thrown;
  return new Refusal(`The run cannot be kept in ${folder}: ${reason}.`, { cause: thrown });
}

/** `ENOSPC` and its kin. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}
