// SPDX-License-Identifier: GPL-2.0-only
// Headless Chromium on one page of "tailor report", for its tests and screenshots. MODULES (what
// scripts/install-report-assets --modules prints) holds playwright-core, which drives Debian's
// chromium; nothing else is downloaded.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const CHROMIUM = "/usr/bin/chromium";
const ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
];

/**
 * Opens an HTML file, waits until it has built itself, and calls use(page, seen). seen collects
 * what went wrong: errors of the console and of scripts, and requests for anything but the file.
 */
export async function withPage(modules, file, options, use) {
	const { chromium } = createRequire(path.join(modules, "package.json"))("playwright-core");
	const profile = await mkdtemp(path.join(os.tmpdir(), "tailor-chromium."));
	const seen = { errors: [], requests: [] };
	let context;

	try {
		context = await chromium.launchPersistentContext(profile, {
			executablePath: CHROMIUM,
			headless: true,
			args: ARGS,
			viewport: { width: 1200, height: 900 },
			...options,
		});
		const page = context.pages()[0];
		const url = pathToFileURL(path.resolve(file)).href;

		page.on("console", (message) => {
			if (message.type() === "error" || message.type() === "warning")
				seen.errors.push(message.text());
		});
		page.on("pageerror", (error) => seen.errors.push(error.message));
		page.on("request", (request) => {
			if (request.url() !== url && !request.url().startsWith("data:"))
				seen.requests.push(request.url());
		});
		await page.goto(url);
		await page.waitForFunction(() => document.documentElement.dataset.ready === "yes", null, { timeout: 30000 });
		return await use(page, seen);
	} finally {
		await context?.close();
		await rm(profile, { recursive: true, force: true, maxRetries: 3 });
	}
}
