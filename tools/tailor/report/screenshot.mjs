// SPDX-License-Identifier: GPL-2.0-only
// node screenshot.mjs MODULES PAGE.html OUT.png light|dark WIDTH [SELECTOR]; called by
// scripts/screenshot-report.

import { withPage } from "./browser.mjs";

const [modules, file, out, colorScheme, width, selector] = process.argv.slice(2);

try {
	const options = { colorScheme, viewport: { width: Number(width), height: 900 } };

	await withPage(modules, file, options, async (page) => {
		const target = selector ? page.locator(selector) : page;

		await target.screenshot({ path: out, ...(selector ? {} : { fullPage: true }) });
	});
} catch (error) {
	console.error(`screenshot-report: ${error.message}`);
	process.exit(1);
}
