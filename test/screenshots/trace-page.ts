import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Locator, type Page } from "playwright-core";

const WIDTH = 1600;
const HEIGHT = 1000;
const TALLEST = 1400;
const MARGIN = 12;
const LOAD_LIMIT_MS = 60_000;
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
// What a person sets by clicking, kept as Phoenix keeps it: a folded navigation, a wider tree.
const PREFERENCES = {
  "arize-phoenix-preferences": '{"version":0,"state":{"isSideNavExpanded":false}}',
  "react-resizable-panels:trace-details-layout": '{"trace-tree":34,"span-details":66}',
};

/**
 * Finds a Chromium: CHROMIUM_PATH, else one of the usual names on the PATH or in the usual places.
 *
 * Errors: an Error that says what to install.
 */
export function findChromium(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const given = process.env["CHROMIUM_PATH"];
  const found = (given ? [given] : [...onPath, ...ELSEWHERE]).find(isExecutable);
  if (found) return found;
  const where = given ? `CHROMIUM_PATH is ${given}, which cannot be run` : "There is no Chromium on the PATH";
  throw new Error(`${where}. Install one (on Debian: apt-get install chromium) or set CHROMIUM_PATH to a browser.`);
}

interface PictureOptions {
  readonly chromiumPath: string;
  /** Base URL of the Phoenix. */
  readonly url: string;
  /** The span that is selected; its trace is the page. */
  readonly spanId: string;
  readonly file: string;
  readonly view?: View | undefined;
}

/** What is done to show a span, as a person would. */
export interface View {
  /** The messages to open, by what is to be read of them while they are closed. */
  readonly open?: readonly string[];
  /** The card to scroll to: its heading. */
  readonly scrollTo?: string;
}

/** Takes a picture of a trace's page in Phoenix: 1600 pixels wide, as high as the tree and the span need, within limits. */
export async function takePicture({ chromiumPath, url, spanId, file, view = {} }: PictureOptions): Promise<void> {
  // Chromium's own sandbox does not start as root, and the only page opened is our own Phoenix.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: TALLEST }, colorScheme: "dark" });
    page.setDefaultTimeout(LOAD_LIMIT_MS);
    await page.addInitScript({ content: `Object.assign(localStorage, ${JSON.stringify(PREFERENCES)})` });
    await page.goto(`${url}/redirects/spans/${spanId}`, { waitUntil: "commit" });
    await arrange(page, view);
    await page.screenshot({ path: file, animations: "disabled" });
  } finally {
    await browser.close();
  }
}

/** Waits by what is to be seen: the page keeps a request open for ever, so the network never falls idle. */
async function arrange(page: Page, { open = [], scrollTo }: View): Promise<void> {
  const rows = page.getByTestId("trace-tree").getByRole("listitem");
  await rows.last().waitFor();
  await page.getByRole("heading", { name: "Notes" }).waitFor();
  await widenDrawer(page);
  for (const text of open) await page.getByRole("button").filter({ hasText: text }).click();
  // From the tallest window down: in a low one the tree would have scrolled to the selected span.
  const bottoms = await Promise.all([rows.last(), page.getByRole("heading", { name: "Attributes" })].map(bottomOf));
  const height = Math.min(TALLEST, Math.max(HEIGHT, ...bottoms.map((bottom) => bottom + MARGIN)));
  await page.setViewportSize({ width: WIDTH, height });
  if (scrollTo) await page.getByRole("heading", { name: scrollTo }).scrollIntoViewIfNeeded();
}

async function bottomOf(element: Locator): Promise<number> {
  const box = await element.boundingBox();
  return box ? Math.ceil(box.y + box.height) : 0;
}

async function widenDrawer(page: Page): Promise<void> {
  const edge = await page.getByRole("separator", { name: "Resize drawer" }).boundingBox();
  if (!edge) return;
  await page.mouse.move(edge.x + edge.width / 2, HEIGHT / 2);
  await page.mouse.down();
  await page.mouse.move(0, HEIGHT / 2, { steps: 5 });
  await page.mouse.up();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
