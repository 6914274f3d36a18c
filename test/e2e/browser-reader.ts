import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from '@playwright/test';

/** Never asked for over a network; decoders of films are there only for pages that are trusted as those of HTTPS are. */
const emptyPage = 'https://reader.invalid/';

export interface ReadPicture {
  readonly width: number;
  readonly height: number;
  readonly colours: number;
}

export interface ReadDrawing {
  readonly width: number;
  readonly height: number;
  /** What its parser complains of; `null` for nothing. */
  readonly fault: string | null;
  /** How many bitmaps it holds that can be decoded, and how many that cannot. */
  readonly images: number;
  readonly brokenImages: number;
  /** What its texts say, in their order. */
  readonly texts: readonly string[];
}

export interface ReadFilm {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Of the moments that were looked at, how many are not alike. */
  readonly moments: number;
}

export interface ReadAnimation extends ReadFilm {
  readonly frames: number;
  readonly endless: boolean;
}

/** A page that was opened from a file, with what it asked the network for and what it complained of. */
export interface OpenedPage {
  readonly page: Page;
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
}

/** A browser without a network, in which files are opened as by somebody who was sent them. */
export class BrowserReader {
  readonly #context: BrowserContext;
  readonly #page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  static async open(browser: Browser): Promise<BrowserReader> {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.route(emptyPage, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(emptyPage);
    return new BrowserReader(context, page);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** A PNG, decoded. */
  async picture(png: Buffer): Promise<ReadPicture> {
    return this.#page.evaluate(
      async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const { naturalWidth: width, naturalHeight: height } = image;
        const context = new OffscreenCanvas(width, height).getContext('2d');
        if (context === null) throw new Error('There is no canvas.');
        context.drawImage(image, 0, 0);
        const { buffer } = context.getImageData(0, 0, width, height).data;
        return { width, height, colours: new Set(new Uint32Array(buffer)).size };
      },
      addressOf('image/png', png),
    );
  }

  /** An SVG, parsed, with the bitmaps in it decoded. */
  async drawing(svg: Buffer): Promise<ReadDrawing> {
    return this.#page.evaluate(async (text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      const decoded = await Promise.allSettled(
        [...parsed.querySelectorAll('image')].map((element) => {
          const image = new Image();
          image.src = element.getAttribute('xlink:href') ?? '';
          return image.decode();
        }),
      );
      const images = decoded.filter(({ status }) => status === 'fulfilled').length;
      return {
        width: Number(parsed.documentElement.getAttribute('width')),
        height: Number(parsed.documentElement.getAttribute('height')),
        fault: parsed.querySelector('parsererror')?.textContent ?? null,
        images,
        brokenImages: decoded.length - images,
        texts: [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent),
      };
    }, svg.toString());
  }

  /** Of the pixels that an SVG's bitmaps cover, how many a PNG of the same sheet shows otherwise. */
  async differingPixels(svg: Buffer, png: Buffer): Promise<number> {
    const addresses = [addressOf('image/svg+xml', svg), addressOf('image/png', png)];
    const places = { text: svg.toString(), addresses };
    return this.#page.evaluate(async ({ text, addresses: both }) => {
      const [drawn, painted] = await Promise.all(
        both.map(async (address) => {
          const image = new Image();
          image.src = address;
          await image.decode();
          const { naturalWidth: width, naturalHeight: height } = image;
          const context = new OffscreenCanvas(width, height).getContext('2d');
          if (context === null) throw new Error('There is no canvas.');
          context.drawImage(image, 0, 0);
          return context;
        }),
      );
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      let differing = 0;
      for (const element of parsed.querySelectorAll('image')) {
        const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) =>
          Number(element.getAttribute(name)),
        ) as [number, number, number, number];
        const [one, other] = [drawn, painted].map(
          (context) => new Uint32Array(context?.getImageData(x, y, width, height).data.buffer ?? []),
        );
        one?.forEach((colour, at) => {
          if (colour !== other?.[at]) differing++;
        });
      }
      return differing;
    }, places);
  }

  /** A GIF, frame by frame. */
  async animation(gif: Buffer): Promise<ReadAnimation> {
    return this.#page.evaluate(async (base64) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type: 'image/gif' });
      await Promise.all([decoder.tracks.ready, decoder.completed]);
      const track = decoder.tracks.selectedTrack;
      if (track === null) throw new Error('The GIF holds no pictures.');
      const seen = new Set<string>();
      let [width, height, microseconds] = [0, 0, 0];
      for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        [width, height] = [image.displayWidth, image.displayHeight];
        microseconds += image.duration ?? 0;
        const pixels = new Uint8Array(image.allocationSize());
        await image.copyTo(pixels);
        image.close();
        seen.add(String(await crypto.subtle.digest('SHA-256', pixels).then((hash) => new Uint8Array(hash))));
      }
      return {
        width,
        height,
        frames: track.frameCount,
        endless: track.repetitionCount === Infinity,
        seconds: microseconds / 1e6,
        moments: seen.size,
      };
    }, gif.toString('base64'));
  }

  /**
   * A film, played.
   * @param moments the seconds at which it is looked at
   */
  async film(webm: Buffer, moments: readonly number[]): Promise<ReadFilm> {
    const wanted = { address: addressOf('video/webm', webm), moments };
    return this.#page.evaluate(async ({ address, moments: times }) => {
      const video = document.createElement('video');
      const settled = (event: string): Promise<void> =>
        new Promise((resolve, reject) => {
          video.addEventListener(event, () => {
            resolve();
          });
          video.addEventListener('error', () => {
            reject(new Error(video.error?.message ?? 'The film cannot be played.'));
          });
        });
      const loaded = settled('loadeddata');
      video.muted = true;
      video.src = address;
      await loaded;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      const seen = new Set<string>();
      for (const time of times) {
        const there = settled('seeked');
        video.currentTime = time;
        await there;
        // The picture of the moment may come a little after the moment itself.
        const before = seen.size;
        for (let look = 0; look < 60 && seen.size === before; look++) {
          canvas.getContext('2d')?.drawImage(video, 0, 0);
          seen.add(canvas.toDataURL());
          if (seen.size === before) await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      const { videoWidth: width, videoHeight: height, duration: seconds } = video;
      return { width, height, seconds, moments: seen.size };
    }, wanted);
  }

  /** A page from a file. */
  async openPage(file: string): Promise<OpenedPage> {
    const page = await this.#context.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    const address = pathToFileURL(file).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('request', (request) => {
      const url = request.url();
      if (url !== address && !url.startsWith('data:')) asked.push(url);
    });
    await page.goto(address);
    return { page, asked, complaints };
  }
}

function addressOf(type: string, bytes: Buffer): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}
