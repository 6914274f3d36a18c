import path from 'node:path';

/** Images and models made by others, which are no part of the project: beside it, or where CONVSCOPE_DATA says. */
export const realDataFolder = path.resolve(
  process.env['CONVSCOPE_DATA'] ?? path.join(import.meta.dirname, '..', '..', 'shared', 'data'),
);
