// Drives Chromium for the tests: one JSON command a line on standard input, one JSON answer a line on standard output.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import chromium from "@sparticuz/chromium"; // reads TMPDIR: the folder that holds the unpacked browser
import puppeteer from "puppeteer-core";

const program = await chromium.executablePath();
if (process.argv[2] === "unpack") process.exit(0);

const unpacked = tmpdir();
process.env.TMPDIR = process.env.RUN_TMPDIR;
const home = mkdtempSync(join(tmpdir(), "browser-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
const require = createRequire(import.meta.url);
const dejavu = join(require.resolve("dejavu-fonts-ttf/package.json"), "..", "ttf");
const alias = (name, font) => `<alias binding="same"><family>${name}</family><prefer><family>${font}</family></prefer></alias>`;
writeFileSync(
  join(home, "fonts.conf"),
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${unpacked}/fonts</dir><dir>${dejavu}</dir>` +
    `<cachedir>${home}/fonts</cachedir>${alias("monospace", "DejaVu Sans Mono")}${alias("sans-serif", "Open Sans")}` +
    `${alias("system-ui", "Open Sans")}</fontconfig>`,
);
process.env.FONTCONFIG_FILE = join(home, "fonts.conf");
delete process.env.FONTCONFIG_PATH;

const browser = await puppeteer.launch({
  executablePath: program,
  headless: "shell",
  pipe: true,
  userDataDir: join(home, "profile"),
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
});
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
let page;
let log;

const commands = {
  // With "stub", requests to that address get an empty page, and those to other hosts than this machine get nothing.
  async open({ url, width = 1280, height = 800, scheme = "light", script = true, offline = true, stub = null }) {
    if (page) await page.close();
    page = await browser.newPage();
    log = { requests: [], console: [], dialogs: [] };
    const mine = log;
    page.on("request", (request) => mine.requests.push(request.url()));
    page.on("console", (message) => mine.console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => mine.console.push(`pageerror: ${error.message}`));
    page.on("dialog", (dialog) => {
      mine.dialogs.push(dialog.message());
      dialog.dismiss();
    });
    await page.setOfflineMode(offline);
    if (stub !== null) {
      await page.setRequestInterception(true);
      page.on("request", (request) => {
        const here = ["127.0.0.1", "localhost"].includes(new URL(request.url()).hostname);
        if (stub && request.url().startsWith(stub)) request.respond({ status: 404, contentType: "text/html", body: "unknown state" });
        else if (here) request.continue();
        else request.abort();
      });
    }
    await page.setJavaScriptEnabled(script);
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const session = await page.createCDPSession();
    await session.send("Performance.enable", { timeDomain: "threadTicks" }); // processor time: others may be busy as well
    await page.goto(url, { timeout: 30_000 });
    const { metrics } = await session.send("Performance.getMetrics");
    await session.detach();
    return metrics.find((each) => each.name === "TaskDuration").value;
  },
  evaluate: ({ code }) => page.evaluate(code),
  press: async ({ keys }) => {
    for (const key of keys) await page.keyboard.press(key);
  },
  type: ({ selector, text }) => page.type(selector, text),
  click: ({ selector }) => page.click(selector),
  submit: ({ selector }) => Promise.all([page.waitForNavigation({ timeout: 20_000 }), page.click(selector)]).then(() => page.url()),
  media: ({ type }) => page.emulateMediaType(type),
  // What a reader without script gets: the tree and the boxes of the browser, without any script in the page.
  async node({ selector }) {
    const session = await page.createCDPSession();
    try {
      const { root } = await session.send("DOM.getDocument", { depth: 0 });
      const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
      if (!nodeId) return null;
      const { outerHTML } = await session.send("DOM.getOuterHTML", { nodeId });
      const box = await session.send("DOM.getBoxModel", { nodeId }).catch(() => null); // none: it is not laid out
      return { html: outerHTML, box: box && [box.model.width, box.model.height] };
    } finally {
      await session.detach();
    }
  },
  screenshot: ({ path, full = false }) => page.screenshot({ path, fullPage: full }).then(() => null),
  pdf: ({ path }) => page.pdf({ path, format: "A4", landscape: true, printBackground: false }).then(() => null),
  async axe() {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const found = await axe.run(document, { resultTypes: ["violations"] });
      return found.violations.map((each) => `${each.id}: ${each.help}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + " " + node.failureSummary.slice(0, 200))}`);
    });
  },
  log: () => log,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await commands[command](options)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await browser.close();
