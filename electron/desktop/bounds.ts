import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { app, screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

const saved = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  maximized: z.boolean(),
});
export type SavedBounds = Readonly<z.infer<typeof saved>>;

const file = (): string => path.join(app.getPath('userData'), 'window.json');

/** Where the window was last, or `null` if that is unknown or no display shows it any more. */
export function rememberedBounds(): SavedBounds | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file(), 'utf8'));
  } catch (error) {
    // The first start, or a file cut short: the window opens where the system puts it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const checked = saved.safeParse(content);
  if (!checked.success) return null;
  return screen.getAllDisplays().some(({ workArea }) => overlap(workArea, checked.data))
    ? checked.data
    : null;
}

/** Keeps the bounds of a window for the next start when it closes. */
export function rememberBounds(window: BrowserWindow): void {
  window.on('close', () => {
    const bounds: SavedBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writeFileSync(file(), JSON.stringify(bounds));
  });
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
