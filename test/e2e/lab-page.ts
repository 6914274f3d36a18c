import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { projectRoot } from './convscope';

/** The window, as a person names its parts. */
export class LabPage {
  readonly page: Page;
  readonly train: Locator;
  readonly pause: Locator;
  readonly resume: Locator;
  readonly stop: Locator;
  readonly state: Locator;
  readonly stage: Locator;
  readonly drawingPad: Locator;
  /** What an evaluation came to. */
  readonly result: Locator;

  constructor(page: Page) {
    this.page = page;
    const run = page.getByRole('group', { name: 'Run' });
    this.train = run.getByRole('button', { name: 'Train' });
    this.pause = run.getByRole('button', { name: 'Pause' });
    this.resume = run.getByRole('button', { name: 'Resume' });
    this.stop = run.getByRole('button', { name: 'Stop' });
    this.state = page.locator('.progress .state');
    this.stage = page.getByRole('img', { name: /^Stage/ });
    this.drawingPad = page.getByRole('img', { name: /^Drawing pad/ });
    this.result = page.getByLabel('Result');
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  /** Waits for a network on the bench. */
  async ready(): Promise<void> {
    // A network that was opened is trained already.
    await expect(this.state).toHaveText(/^Ready/, { timeout: 60_000 });
  }

  async fill(field: string, value: string): Promise<void> {
    const input = this.page.getByLabel(field, { exact: true });
    await input.fill(value);
    await input.press('Tab');
  }

  async choose(field: string, choice: string | RegExp): Promise<void> {
    await this.page.getByLabel(field, { exact: true }).click();
    await this.page.getByRole('option', { name: choice }).click();
  }

  /** A small recipe on generated digits: a thousand images, so that an epoch takes a second or two. */
  async chooseQuickRecipe(epochs: number): Promise<void> {
    await this.fill('At most', '1000');
    await this.fill('Epochs', String(epochs));
    await this.ready();
    await expect(this.page.getByText('900 training')).toBeVisible();
  }

  async trainToTheEnd(): Promise<void> {
    await this.train.click();
    await expect(this.state).toHaveText('Finished', { timeout: 90_000 });
  }

  async goTo(view: string): Promise<void> {
    const views = this.page.getByRole('navigation', { name: 'Views' });
    await views.getByRole('button', { name: view, exact: true }).click();
  }

  /** The row of a run in the list of runs. */
  run(number: number): Locator {
    return this.page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: `run ${number} ` });
  }

  /** What the confusion matrix counts, row by row, once it is there. */
  async confusion(): Promise<readonly number[]> {
    const cells = this.page.getByRole('table', { name: /^Confusion matrix/ }).getByRole('button');
    await expect(cells.first()).toBeVisible();
    const names = await cells.evaluateAll((found) => found.map((cell) => cell.getAttribute('aria-label')));
    return names.map((name) => Number(/: ([\d,]+) images?$/.exec(name ?? '')?.[1]?.replaceAll(',', '')));
  }

  /** Batches that the frame on the stage had been trained for. */
  async shownStep(): Promise<number> {
    const text = await this.page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext');
    return Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''));
  }

  /** What the ten bars say, as shares. */
  async probabilities(): Promise<readonly number[]> {
    const texts = await this.page
      .getByRole('list', { name: 'Class probabilities' })
      .locator('.number')
      .allTextContents();
    return texts.map((text) => Number.parseFloat(text) / 100);
  }

  /** The bars once they no longer change. */
  async probabilitiesOnceStill(): Promise<readonly number[]> {
    let shares = await this.probabilities();
    await expect
      .poll(async () => {
        const before = shares;
        await this.page.waitForTimeout(300);
        shares = await this.probabilities();
        return shares.join() === before.join() && shares.every(Number.isFinite);
      })
      .toBe(true);
    return shares;
  }

  /** The stage's pixels, to see that they changed. */
  picture(): Promise<Buffer> {
    return this.stage.screenshot();
  }

  /** Keeps a picture of the whole window beside the test's results. */
  async keepScreenshot(name: string): Promise<void> {
    await this.page.screenshot({
      path: path.join(projectRoot, 'test-results', 'screenshots', `${name}.png`),
    });
  }
}
